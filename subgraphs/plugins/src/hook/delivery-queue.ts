import { LockMode } from '@mikro-orm/postgresql';
import type { PlexicaEvent } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { type DeliveryStatus, HookDeliveryEntity } from './hook-delivery.entity.ts';

/** One event on its way to one installation. */
export interface Delivery {
  readonly id: string;
  readonly tenantId: string;
  readonly tenantSlug: string;
  readonly pluginId: string;
  readonly hook: string;
  readonly event: PlexicaEvent;
  /** The one under way included. */
  readonly attempts: number;
}

export interface DeliveryTarget {
  readonly tenantId: string;
  readonly pluginId: string;
}

/** A delivery is taken for this long; a process that died in the middle gives it back by then. Longer than any hook may take. */
const leaseMs = 35_000;
const keptMs = 7 * 24 * 3_600_000;

/** Deliveries in the database: none is lost by a kill, and the same event is queued once for each plugin. */
export const createDeliveryQueue = ({ database, clock, newId }: Pick<PluginsDeps, 'database' | 'clock' | 'newId'>) => {
  const inMs = (ms: number) => new Date(clock().getTime() + ms);
  return {
    async add(event: PlexicaEvent, hook: string, pluginIds: readonly string[]): Promise<void> {
      const delivery = (pluginId: string) => ({
        id: newId(),
        tenantId: event.tenantid,
        tenantSlug: event.tenant,
        pluginId,
        hook,
        eventId: event.id,
        event,
        status: 'PENDING' as const,
        attempts: 0,
        nextAttemptAt: clock(),
        createdAt: clock(),
      });
      await database.platform((em) =>
        em.upsertMany(HookDeliveryEntity, pluginIds.map(delivery), {
          onConflictFields: ['pluginId', 'eventId'],
          onConflictAction: 'ignore',
        }),
      );
    },

    /** The delivery that has been due longest, leaving out those to busy targets. */
    take: (busy: readonly DeliveryTarget[]): Promise<Delivery | undefined> =>
      database.platform(async (em) => {
        const [due] = await em.find(
          HookDeliveryEntity,
          { status: 'PENDING', nextAttemptAt: { $lte: clock() }, ...(busy.length && { $not: { $or: [...busy] } }) },
          { orderBy: { nextAttemptAt: 'asc', id: 'asc' }, limit: 1, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
        );
        if (!due) return undefined;
        due.attempts += 1;
        due.nextAttemptAt = inMs(leaseMs);
        const { id, tenantId, tenantSlug, pluginId, hook, event, attempts } = due;
        return { id, tenantId, tenantSlug, pluginId, hook, event, attempts };
      }),

    async end({ id }: Delivery, status: Exclude<DeliveryStatus, 'PENDING'>, lastError: string | null = null): Promise<void> {
      await database.platform((em) => em.nativeUpdate(HookDeliveryEntity, { id }, { status, lastError, finishedAt: clock() }));
    },

    async again({ id }: Delivery, pauseMs: number, lastError: string): Promise<void> {
      await database.platform((em) => em.nativeUpdate(HookDeliveryEntity, { id }, { lastError, nextAttemptAt: inMs(pauseMs) }));
    },

    /** What arrived long ago is of no more use, and holds personal data. */
    async forgetOld(): Promise<void> {
      await database.platform((em) =>
        em.nativeDelete(HookDeliveryEntity, { status: { $in: ['DELIVERED', 'SKIPPED'] }, finishedAt: { $lt: inMs(-keptMs) } }),
      );
    },
  };
};

export type DeliveryQueue = ReturnType<typeof createDeliveryQueue>;
