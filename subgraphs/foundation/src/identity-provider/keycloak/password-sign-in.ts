import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '@plexica/plugin-kit';
import type { IssuedTokens } from '../identity-provider.ts';
import { loginClient, realmName } from './keycloak-address.ts';
import { ifStatus, isUnknownCredentials, type KeycloakAdmin, unreachable } from './keycloak-admin.ts';
import type { KeycloakTokens } from './keycloak-tokens.ts';

interface PasswordSignInDeps {
  readonly admin: KeycloakAdmin;
  readonly tokens: Pick<KeycloakTokens, 'byPassword'>;
}

/** Fails with CREDENTIALS_INVALID, or ACCOUNT_LOCKED where Keycloak has locked the account after failures at its own page. */
export type PasswordSignIn = (realm: string, username: string, password: string) => Promise<IssuedTokens>;

type Refusal = 'wrong' | 'locked' | 'busy';

const attemptsAtMost = 6;
const firstPauseMs = 50;

/**
 * Keycloak counts a sign-in after it has answered it, and until then refuses right credentials of the same account with the words it has for
 * wrong ones. Such a refusal passes, so it is tried again.
 */
export const createPasswordSignIn = ({ admin, tokens }: PasswordSignInDeps): PasswordSignIn => {
  /** Its answer is the same for all of them; its log is not. */
  const refusalOf = async (realm: string, username: string): Promise<Refusal> => {
    const query = { realm: realmName(realm), type: 'LOGIN_ERROR' as const, client: loginClient, max: 20 };
    const newestFirst = await admin.call((client) => client.realms.findEvents(query)).catch(ifStatus(404));
    const last = newestFirst?.find(({ details }) => details?.username === username);
    if (last?.error !== 'user_temporarily_disabled' || !last.userId) return 'wrong';
    const { userId: id } = last;
    const status = await admin.call((client) => client.attackDetection.findOne({ realm: realmName(realm), id }));
    return status?.disabled ? 'locked' : 'busy';
  };

  return async (realm, username, password) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await tokens.byPassword(realm, username, password);
      } catch (error) {
        if (!isUnknownCredentials(error)) throw error;
        const refusal = await refusalOf(realm, username);
        if (refusal === 'wrong') throw error;
        if (refusal === 'locked') throw new DomainError('ACCOUNT_LOCKED', { cause: error });
        if (attempt === attemptsAtMost) throw unreachable(error);
        await pause(firstPauseMs * 2 ** (attempt - 1));
      }
    }
  };
};
