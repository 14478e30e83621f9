import KcAdminClient from '@keycloak/keycloak-admin-client';
import { DomainError, isDomainError } from '@plexica/plugin-kit';
import type { Logger } from 'pino';
import type { KeycloakAddress } from './keycloak-address.ts';
import { persistently } from './persistently.ts';

/** Calls of the admin API, with a token that holds, a time limit, and a few more attempts where the network or Keycloak itself failed. */
export interface KeycloakAdmin {
  call<T>(work: (client: KcAdminClient) => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** After a realm was created: a token from before has no rights on it. */
  forgetToken(): void;
}

const patience = 15_000;
/** A token lives for a minute unless configured otherwise. */
const tokenMs = 40_000;

export const createKeycloakAdmin = (
  { url, clientId, clientSecret }: KeycloakAddress,
  { log, patienceMs = patience }: { readonly log: Logger; readonly patienceMs?: number | undefined },
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
      const attempt = () => {
        const client = clientFor(timeoutMs);
        // Whether a token still holds is Keycloak's to say: its clock may be another.
        client.registerTokenProvider({ getAccessToken: tokenNow });
        return work(client);
      };
      let refusals = 0;
      const passes = (error: unknown): boolean => {
        if (!isRefusal(error)) return isOutage(error);
        token = undefined;
        refusals += 1;
        return refusals === 1;
      };
      return persistently(attempt, passes).catch((error: unknown) => {
        if (!isOutage(error)) throw error;
        if (statusOf(error)) log.error({ err: error }, 'Keycloak failed');
        // Away, not wrong: who asked is told so, and operations try again.
        throw unreachable(error);
      });
    },
    forgetToken() {
      token = undefined;
    },
  };
};

/** It passes, unlike a broken rule: whoever signs in is told to come back, operations wait. */
export const unreachable = (cause: unknown): DomainError => {
  const status = statusOf(cause);
  return new DomainError('SERVICE_UNAVAILABLE', { message: status ? `Keycloak answers ${status}.` : 'Keycloak does not answer.', cause });
};

export const statusOf = (error: unknown): number | undefined => (error as { response?: { status?: number } } | undefined)?.response?.status;

const isRefusal = (error: unknown): boolean => [401, 403].includes(statusOf(error) ?? 0);

/** No answer, or one that says that Keycloak failed. */
const isOutage = (error: unknown): boolean => (statusOf(error) ?? 500) >= 500;

/** Takes the statuses given for an answer: nothing is there, or it is there already. */
export const ifStatus =
  (...statuses: readonly number[]) =>
  (error: unknown): undefined => {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  };

export const unknownCredentials = (): DomainError => new DomainError('CREDENTIALS_INVALID');
export const isUnknownCredentials = (error: unknown): boolean => isDomainError(error) && error.code === 'CREDENTIALS_INVALID';
