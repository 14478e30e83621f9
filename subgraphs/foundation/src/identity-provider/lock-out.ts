import { createHash } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';
import type { Database } from '../database/database.ts';
import { FailureEntity } from './embedded/issuer.entities.ts';

/** Slows down guessing at one name; ends by itself. */
export interface LockOut {
  /** Fails with ACCOUNT_LOCKED while the name is locked. */
  check(realm: string, username: string): Promise<void>;
  failed(realm: string, username: string): Promise<void>;
  forget(realm: string, username: string): Promise<void>;
  /** With its realm everything goes. */
  forgetRealm(realm: string): Promise<void>;
}

const allowedFailures = 5;
const firstLockSeconds = 5;
const longestLockSeconds = 300;
/** A name is forgiven after this long without an attempt. */
const memorySeconds = 3600;

/** Failures 5, 6, 7 lock for 5, 10, 20 seconds and so on, at most 5 minutes. */
export const lockSeconds = (failures: number): number =>
  failures < allowedFailures ? 0 : Math.min(longestLockSeconds, firstLockSeconds * 2 ** (failures - allowedFailures));

export const createLockOut = ({ database, clock }: { database: Database; clock: () => Date }): LockOut => ({
  async check(realm, username) {
    const key = { realm, usernameHash: hashOf(username) };
    const found = await database.platform((em) => em.findOne(FailureEntity, key));
    if (found?.lockedUntil && found.lockedUntil > clock()) {
      throw new DomainError('ACCOUNT_LOCKED', { details: { lockedUntil: found.lockedUntil.toISOString() } });
    }
  },
  async failed(realm, username) {
    const key = { realm, usernameHash: hashOf(username) };
    const now = clock();
    await database.platform(async (em) => {
      await em.nativeDelete(FailureEntity, { realm, lastAt: { $lt: secondsLater(now, -memorySeconds) } });
      await em.upsert(
        FailureEntity,
        { ...key, failures: 0, lastAt: now },
        { onConflictAction: 'ignore', onConflictFields: ['realm', 'usernameHash'] },
      );
      const entry = await em.findOneOrFail(FailureEntity, key, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      const failures = entry.failures + 1;
      const seconds = lockSeconds(failures);
      em.assign(entry, { failures, lastAt: now, lockedUntil: seconds ? secondsLater(now, seconds) : null });
    });
  },
  async forget(realm, username) {
    await database.platform((em) => em.nativeDelete(FailureEntity, { realm, usernameHash: hashOf(username) }));
  },
  async forgetRealm(realm) {
    await database.platform((em) => em.nativeDelete(FailureEntity, { realm }));
  },
});

const hashOf = (username: string) => createHash('sha256').update(username).digest('base64url');
const secondsLater = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1000);
