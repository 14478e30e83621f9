import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { IdentityProvider, SignInPolicy } from '../identity-provider.ts';
import { createLockOut } from '../lock-out.ts';
import { createEventLog } from './event-log.ts';
import { createKeycloakAccounts } from './keycloak-accounts.ts';
import { keycloakEndpoints, readKeycloakUrl, realmName } from './keycloak-address.ts';
import { createKeycloakAdmin, ifStatus, isUnknownCredentials } from './keycloak-admin.ts';
import { createKeycloakTokens, loginSecretOf } from './keycloak-tokens.ts';
import { createLogCheckpoints } from './log-checkpoint.ts';
import { createPasswordSignIn } from './password-sign-in.ts';
import { realmRepresentation } from './realm-representation.ts';
import { bringUpToDate } from './realm-update.ts';
import { watchEventLog } from './watch-event-log.ts';

export interface KeycloakIdentityProviderDeps {
  /** `keycloak+http(s)://client:secret@host[:port][/path]` */
  readonly identityUrl: string;
  readonly platformKey: string;
  /** Public URL of the platform, where the console is. */
  readonly platformUrl: string;
  readonly database: Database;
  readonly clock: () => Date;
  readonly log: Logger;
  /** Asked late: the policy is made after the provider. */
  readonly policy: () => SignInPolicy;
  /** How long one answer is waited for; making and removing realms have longer. */
  readonly patienceMs?: number;
}

/** A realm takes about a second to make, and several to remove where there are many. */
const realmMs = 60_000;
const pingMs = 2_000;

/** Keycloak: one realm per tenant. Realms are never listed, which takes seconds where there are many. */
export const createKeycloakIdentityProvider = (deps: KeycloakIdentityProviderDeps): IdentityProvider => {
  const address = readKeycloakUrl(deps.identityUrl);
  const loginSecret = loginSecretOf(deps.platformKey);
  const admin = createKeycloakAdmin(address, deps);
  const tokens = createKeycloakTokens({ address, loginSecret });
  const byPassword = createPasswordSignIn({ admin, tokens });
  const lockOut = createLockOut(deps);
  const checkpoints = createLogCheckpoints(deps);
  const events = createEventLog({ admin, checkpoints, policy: deps.policy });

  // Keycloak refuses right credentials too while it checks others of the same account, or changes it.
  const alone = <T>(realm: string, username: string, work: () => Promise<T>): Promise<T> =>
    deps.database.exclusively(`sign-in.${realm}.${username}`, work);
  const endSession = (realm: string, session: string) =>
    admin.call((client) => client.realms.deleteSession({ realm: realmName(realm), session, isOffline: false })).catch(ifStatus(404));
  const accounts = createKeycloakAccounts({ ...deps, admin, alone });

  return {
    endpoints: (realm) => keycloakEndpoints(address, realm),
    hasRealm: async (realm) =>
      (await admin.call((client) => client.realms.findOne({ realm: realmName(realm) })).catch(ifStatus(404))) != null,
    async createRealm(realm, name) {
      const representation = realmRepresentation(realm, { name, loginSecret: loginSecret(realm), platformUrl: deps.platformUrl });
      const made = await admin.call((client) => client.realms.create(representation), { timeoutMs: realmMs }).catch(ifStatus(409));
      admin.forgetToken();
      // Keycloak answers a conflict to the second of two changes at once.
      if (!made) await deps.database.exclusively(`realm.${realm}`, () => bringUpToDate(admin, representation));
      await checkpoints.begin(realm);
    },
    async nameRealm(realm, displayName) {
      await admin.call((client) => client.realms.update({ realm: realmName(realm) }, { displayName })).catch(ifStatus(404));
    },
    async deleteRealm(realm) {
      await admin.call((client) => client.realms.del({ realm: realmName(realm) }), { timeoutMs: realmMs }).catch(ifStatus(404));
      await lockOut.forgetRealm(realm);
      await checkpoints.forget(realm);
    },
    ...accounts,
    async signIn(realm, { username, password }) {
      const name = username.trim().toLowerCase();
      await lockOut.check(realm, name);
      try {
        const issued = await alone(realm, name, () => byPassword(realm, name, password));
        await lockOut.forget(realm, name);
        return issued;
      } catch (error) {
        if (isUnknownCredentials(error)) await lockOut.failed(realm, name);
        throw error;
      }
    },
    refresh: (realm, refreshToken) =>
      tokens.byRefreshToken(realm, refreshToken, async (session) => {
        await endSession(realm, session);
        await deps.policy().ended?.(realm, session);
      }),
    endSession,
    async endSessions(realm, id) {
      await admin.call((client) => client.users.logout({ realm: realmName(realm), id })).catch(ifStatus(404));
    },
    async ping() {
      const response = await fetch(`${address.url}/realms/master`, { signal: AbortSignal.timeout(pingMs) });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`Keycloak answered ${response.status}.`);
    },
    watchSignIns: () => watchEventLog({ events, log: deps.log }),
  };
};
