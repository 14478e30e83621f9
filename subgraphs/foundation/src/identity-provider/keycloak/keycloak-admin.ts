import { setTimeout as pause } from 'node:timers/promises';
import KcAdminClient from '@keycloak/keycloak-admin-client';
import { DomainError, isDomainError } from '@plexica/plugin-kit';
import type { KeycloakAddress } from './keycloak-address.ts';

/** Calls of the admin API, with a token that holds, a time limit, and a few more attempts where the network failed. */
export interface KeycloakAdmin {
  call<T>(work: (client: KcAdminClient) => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** After a realm was created: a token from before has no rights on it. */
  forgetToken(): void;
}

const attemptsAtMost = 4;
const patience = 15_000;
/** A token lives for a minute unless configured otherwise. */
const tokenMs = 40_000;

export const createKeycloakAdmin = (
  { url, clientId, clientSecret }: KeycloakAddress,
  { patienceMs = patience }: { readonly patienceMs?: number | undefined } = {},
): KeycloakAdmin => {
  let token: { readonly value: Promise<string>; readonly until: number } | undefined;
  const clientFor = (timeoutMs: number) => new KcAdminClient({ baseUrl: url, realmName: 'master', timeout: timeoutMs });
  const signIn = async (): Promise<string> => {
    const client = clientFor(patienceMs);
    await client.auth({ grantType: 'client_credentials', clientId, clientSecret });
    return client.accessToken ?? '';
  };
  const tokenNow = (): Promise<string> => {
    if (!token || token.until < Date.now()) token = { value: signIn(), until: Date.now() + tokenMs };
    const asked = token;
    asked.value.catch(() => {
      if (token === asked) token = undefined;
    });
    return asked.value;
  };

  return {
    async call(work, { timeoutMs = patienceMs } = {}) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const client = clientFor(timeoutMs);
          client.setAccessToken(await tokenNow());
          return await work(client);
        } catch (error) {
          const status = statusOf(error);
          const refused = status === 401 || status === 403;
          if (refused) token = undefined;
          const passing = refused ? attempt === 1 : status === undefined || status >= 502;
          if (attempt < attemptsAtMost && passing) {
            await pause(100 * 4 ** (attempt - 1));
            continue;
          }
          // Away, not wrong: who asked is told so, and operations try again.
          throw status === undefined || status >= 502 ? unreachable(error) : error;
        }
      }
    },
    forgetToken() {
      token = undefined;
    },
  };
};

/** It passes, unlike a broken rule: whoever signs in is told to come back, operations wait. */
export const unreachable = (cause: unknown): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', { message: 'Keycloak does not answer.', cause });

export const statusOf = (error: unknown): number | undefined => (error as { response?: { status?: number } } | undefined)?.response?.status;

/** Takes the statuses given for an answer: nothing is there, or it is there already. */
export const ifStatus =
  (...statuses: readonly number[]) =>
  (error: unknown): undefined => {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  };

export const unknownCredentials = (): DomainError => new DomainError('CREDENTIALS_INVALID');
export const isUnknownCredentials = (error: unknown): boolean => isDomainError(error) && error.code === 'CREDENTIALS_INVALID';
