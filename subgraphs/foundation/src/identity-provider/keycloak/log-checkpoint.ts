import { defineEntity, type InferEntity, LockMode, p } from '@mikro-orm/core';
import type { Database } from '../../database/database.ts';

/** How far the event log of a realm was read. The rows are also the list of realms: Keycloak's own is slow. */
export const LogCheckpointEntity = defineEntity({
  name: 'IssuerLogCheckpoint',
  tableName: 'issuer_log_checkpoint',
  schema: 'plexica',
  properties: {
    realm: p.text().primary(),
    /** Time of the latest event read, by Keycloak's clock. */
    readTo: p.datetime(),
    /** Events read that are not much older; an event may be written later than a younger one. */
    seen: p.json().$type<readonly SeenEvent[]>(),
    dueAt: p.datetime(),
  },
});

export interface SeenEvent {
  readonly id: string;
  readonly time: number;
}

export type LogCheckpoint = Pick<InferEntity<typeof LogCheckpointEntity>, 'realm' | 'readTo' | 'seen'>;

export interface LogCheckpoints {
  /** Keeps the one that is there. */
  begin(realm: string): Promise<void>;
  forget(realm: string): Promise<void>;
  /** The realm that waits the longest, for this process alone during the next half minute. */
  take(): Promise<LogCheckpoint | undefined>;
  move(checkpoint: LogCheckpoint): Promise<void>;
  /** The realm is read; it is due again in a while. */
  release(realm: string): Promise<void>;
}

const leaseMs = 30_000;
/** Signing out holds everywhere within five seconds. */
const readEveryMs = 2_000;

export const createLogCheckpoints = ({ database, clock }: { database: Database; clock: () => Date }): LogCheckpoints => {
  const later = (ms: number) => new Date(clock().getTime() + ms);
  return {
    async begin(realm) {
      const row = { realm, readTo: new Date(0), seen: [], dueAt: clock() };
      await database.platform((em) => em.upsert(LogCheckpointEntity, row, { onConflictAction: 'ignore', onConflictFields: ['realm'] }));
    },
    async forget(realm) {
      await database.platform((em) => em.nativeDelete(LogCheckpointEntity, { realm }));
    },
    take: () =>
      database.platform(async (em) => {
        const row = await em.findOne(
          LogCheckpointEntity,
          { dueAt: { $lte: clock() } },
          { orderBy: { dueAt: 'asc' }, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
        );
        if (!row) return undefined;
        row.dueAt = later(leaseMs);
        const { realm, readTo, seen } = row;
        return { realm, readTo, seen };
      }),
    async move({ realm, readTo, seen }) {
      await database.platform((em) => em.nativeUpdate(LogCheckpointEntity, { realm }, { readTo, seen: [...seen] }));
    },
    async release(realm) {
      await database.platform((em) => em.nativeUpdate(LogCheckpointEntity, { realm }, { dueAt: later(readEveryMs) }));
    },
  };
};
