import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Account, IdentityProvider, SignInPolicy } from '../identity-provider.ts';
import { createLockOut } from '../lock-out.ts';
import { createEventLog } from './event-log.ts';
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

  const find = (realm: string, id: string) =>
    admin.call((client) => client.users.findOne({ realm: realmName(realm), id })).catch(ifStatus(404));
  // Keycloak refuses right credentials too while it checks others of the same account, or changes it.
  const alone = <T>(realm: string, username: string, work: () => Promise<T>): Promise<T> =>
    deps.database.exclusively(`sign-in.${realm}.${username}`, work);
  const endSession = (realm: string, session: string) =>
    admin.call((client) => client.realms.deleteSession({ realm: realmName(realm), session, isOffline: false })).catch(ifStatus(404));

  /** Whose accounts bear this email beside the subject's own. */
  const othersWith = async (realm: string, { email, subject }: Account): Promise<readonly string[]> => {
    const bearers = await admin.call((client) =>
      client.users.find({ realm: realmName(realm), username: email.toLowerCase(), exact: true }),
    );
    return bearers.flatMap(({ id }) => (id && id !== subject ? [id] : []));
  };
  const remove = (realm: string, id: string) =>
    admin.call((client) => client.users.del({ realm: realmName(realm), id })).catch(ifStatus(404));

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
    async putAccount(realm, account) {
      const { subject: id, displayName, enabled } = account;
      const others = await othersWith(realm, account);
      // Who can't sign in takes nobody's email, and needs none: whether it may be theirs is not decided yet.
      const email = enabled || others.length === 0 ? account.email : `${id}@none.invalid`;
      if (enabled) for (const other of others) await remove(realm, other);
      const user = { username: email.toLowerCase(), email, emailVerified: true, firstName: displayName, lastName: '', enabled };
      const found = await find(realm, id);
      if (found) {
        const change = () => admin.call((client) => client.users.update({ realm: realmName(realm), id }, user));
        if (!isAlready(found, user)) await alone(realm, found.username ?? user.username, change);
        if (!enabled) await admin.call((client) => client.users.logout({ realm: realmName(realm), id }));
        return;
      }
      // Only an import keeps the id, which is the subject of the account's tokens.
      await admin.call((client) =>
        client.realms.partialImport({ realm: realmName(realm), rep: { ifResourceExists: 'SKIP', users: [{ id, ...user }] } }),
      );
    },
    setPassword: (realm, id, value) =>
      admin.call((client) =>
        client.users.resetPassword({ realm: realmName(realm), id, credential: { type: 'password', value, temporary: false } }),
      ),
    async deleteAccount(realm, id) {
      await remove(realm, id);
    },
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

/** Whether an account is what it shall be; what is empty, Keycloak leaves out. */
const isAlready = (found: UserRepresentation, user: UserRepresentation): boolean => {
  const names = Object.keys(user) as (keyof UserRepresentation)[];
  return names.every((name) => (found[name] ?? '') === user[name]);
};
