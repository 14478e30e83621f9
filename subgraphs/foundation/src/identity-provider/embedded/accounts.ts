import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import type { Database } from '../../database/database.ts';
import type { Account } from '../identity-provider.ts';
import type { LockOut } from '../lock-out.ts';
import { AccountEntity, type AccountRow } from './issuer.entities.ts';
import { hashPassword, type PasswordCost, verifyPassword } from './password.ts';

/** Accounts of the embedded issuer and what proves them. */
export interface Accounts {
  put(realm: string, account: Account): Promise<void>;
  setPassword(realm: string, subject: string, password: string): Promise<void>;
  delete(realm: string, subject: string): Promise<void>;
  /** An account that may have a session; undefined when there is none or it is disabled. */
  enabled(realm: string, subject: string): Promise<AccountRow | undefined>;
  /** The account these credentials belong to. Fails with CREDENTIALS_INVALID or ACCOUNT_LOCKED, as slowly for unknown names as for known ones. */
  prove(realm: string, username: string, password: string): Promise<AccountRow>;
  /** The same refusal after the same time, for a realm that does not exist. */
  refuse(password: string): Promise<never>;
}

export const usernameOf = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

export const createAccounts = (deps: { database: Database; lockOut: LockOut; cost: PasswordCost }): Accounts => {
  const { database, lockOut, cost } = deps;
  return {
    async put(realm, { subject, email, displayName, enabled }) {
      const username = usernameOf(email);
      await database.platform(async (em) => {
        if (enabled) await giveWay(em, realm, username, subject);
        await em.upsert(
          AccountEntity,
          { realm, subject, email, username, displayName, enabled },
          { onConflictFields: ['realm', 'subject'], onConflictMergeFields: ['email', 'username', 'displayName', 'enabled'] },
        );
      });
    },
    async setPassword(realm, subject, password) {
      const passwordHash = await hashPassword(password, cost);
      const changed = await database.platform((em) => em.nativeUpdate(AccountEntity, { realm, subject }, { passwordHash }));
      if (!changed) throw new DomainError('USER_NOT_FOUND');
    },
    async delete(realm, subject) {
      await database.platform((em) => em.nativeDelete(AccountEntity, { realm, subject }));
    },
    async enabled(realm, subject) {
      const account = await database.platform((em) => em.findOne(AccountEntity, { realm, subject, enabled: true }));
      return account ?? undefined;
    },
    async prove(realm, name, password) {
      const username = usernameOf(name);
      await lockOut.check(realm, username);
      const account = await database.platform((em) => em.findOne(AccountEntity, { realm, username, enabled: true }));
      if (!(await verifyPassword(password, account?.passwordHash, cost)) || !account) {
        await lockOut.failed(realm, username);
        throw new DomainError('CREDENTIALS_INVALID');
      }
      await lockOut.forget(realm, username);
      return account;
    },
    async refuse(password) {
      await verifyPassword(password, null, cost);
      throw new DomainError('CREDENTIALS_INVALID');
    },
  };
};

// Plexica keeps emails unique and tells us one account at a time: another holder of the email is out of date.
const giveWay = (em: EntityManager, realm: string, username: string, subject: string) =>
  em.nativeUpdate(AccountEntity, { realm, username, enabled: true, subject: { $ne: subject } }, { enabled: false });
