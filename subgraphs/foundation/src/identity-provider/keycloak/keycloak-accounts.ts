import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import { DomainError } from '@plexica/plugin-kit';
import type { Database } from '../../database/database.ts';
import type { Account, IdentityProvider } from '../identity-provider.ts';
import { realmName } from './keycloak-address.ts';
import { ifStatus, type KeycloakAdmin, statusOf } from './keycloak-admin.ts';
import { persistently } from './persistently.ts';

interface AccountDeps {
  readonly admin: KeycloakAdmin;
  readonly database: Pick<Database, 'exclusively'>;
  /** Runs while nobody signs in by this name: Keycloak refuses right credentials of an account that it changes. */
  readonly alone: (realm: string, username: string, work: () => Promise<void>) => Promise<void>;
}

type KeycloakAccounts = Pick<IdentityProvider, 'putAccount' | 'setPassword' | 'deleteAccount'>;

/** The accounts of each realm. */
export const createKeycloakAccounts = ({ admin, database, alone }: AccountDeps): KeycloakAccounts => {
  // Two at once who make, change or remove one account meet errors of Keycloak that say anything.
  const inTurn = (realm: string, id: string, work: () => Promise<void>): Promise<void> =>
    database.exclusively(`keycloak.${realm}.${id}`, work);
  const find = (realm: string, id: string) => admin.call((client) => client.users.findOne({ realm, id })).catch(ifStatus(404));
  const remove = (realm: string, id: string) => admin.call((client) => client.users.del({ realm, id })).catch(ifStatus(404));

  /** Whose accounts bear this email beside the subject's own. */
  const othersWith = async (realm: string, { email, subject }: Account): Promise<readonly string[]> => {
    const bearers = await admin.call((client) => client.users.find({ realm, username: email.toLowerCase(), exact: true }));
    return bearers.flatMap(({ id }) => (id && id !== subject ? [id] : []));
  };

  const put = async (slug: string, account: Account): Promise<void> => {
    const realm = realmName(slug);
    const { subject: id, displayName, enabled } = account;
    const others = await othersWith(realm, account);
    // Who can't sign in takes nobody's email, and needs none: whether it may be theirs is not decided yet.
    const email = enabled || others.length === 0 ? account.email : `${id}@none.invalid`;
    if (enabled) for (const other of others) await remove(realm, other);
    const user = { username: email.toLowerCase(), email, emailVerified: true, firstName: displayName, lastName: '', enabled };
    const found = await find(realm, id);
    if (found) {
      const change = () => admin.call((client) => client.users.update({ realm, id }, user));
      if (!isAlready(found, user)) await alone(slug, found.username ?? user.username, change);
      if (!enabled) await admin.call((client) => client.users.logout({ realm, id }));
      return;
    }
    // Only an import keeps the id, which is the subject of the account's tokens.
    const rep = { ifResourceExists: 'FAIL' as const, users: [{ id, ...user }] };
    await admin.call((client) => client.realms.partialImport({ realm, rep }));
  };

  return {
    putAccount: (realm, account) => inTurn(realm, account.subject, () => persistently(() => put(realm, account), lostItsEmail)),
    setPassword(realm, id, value) {
      const credential = { type: 'password', value, temporary: false };
      const set = () => admin.call((client) => client.users.resetPassword({ realm: realmName(realm), id, credential }));
      return inTurn(realm, id, set).catch((error: unknown) => {
        throw statusOf(error) === 404 ? new DomainError('USER_NOT_FOUND', { cause: error }) : error;
      });
    },
    deleteAccount: (realm, id) => inTurn(realm, id, () => remove(realmName(realm), id)),
  };
};

/** Another account took the email since we looked: who bears it now is looked at again. */
const lostItsEmail = (error: unknown): boolean => statusOf(error) === 409;

/** Whether an account is what it shall be; what is empty, Keycloak leaves out. */
const isAlready = (found: UserRepresentation, user: UserRepresentation): boolean => {
  const names = Object.keys(user) as (keyof UserRepresentation)[];
  return names.every((name) => (found[name] ?? '') === user[name]);
};
