import type pg from 'pg';
import { accept, type Delivery, drain, eventLock, type Intake, leaveToOutbox } from './event-delivery.ts';
import { withClient } from './with-client.ts';

export type { Delivery, Intake, SentEvent } from './event-delivery.ts';

/** The events of the outbox, and where each consumer group stands within each tenant. */
export interface EventStore {
  /** Tenants with events that the group has not seen and may try now, those served longest ago first. */
  waitingTenants(group: string, options: WaitingOptions): Promise<readonly string[]>;
  /**
   * Hands the tenant's next events to the handler, in order, while no other process does so for this group.
   * Answers false when another one does. A failing handler is noted; the event comes again after a pause.
   */
  deliver(delivery: Delivery): Promise<boolean>;
  /**
   * The same for events that came another way than the outbox. What the group has seen is passed over; what can't be handled in order
   * now (an earlier one is missing or failed, another process is at it) is left to the outbox, where `deliver` finds it.
   */
  accept(intake: Intake): Promise<void>;
  /** Leaves what the group has not seen of the tenant's events to the outbox. */
  leaveToOutbox(group: string, tenantId: string): Promise<void>;
  /** The same for every tenant with an event that was sent on, and not seen for so long that it must have got lost there. */
  leaveOverdue(group: string, afterMs: number): Promise<void>;
  /** How many events the group has yet to see. */
  lag(group: string): Promise<number>;
  /** Drops events that every group has seen, and admitted requests, both older than the time given. */
  forget(olderThanDays: number): Promise<number>;
  /** Drops the tenant's events, seen or not, and the key of those that were sent. Waits for those that are being sent. */
  erase(tenantId: string): Promise<void>;
}

export interface WaitingOptions {
  readonly except: readonly string[];
  readonly limit: number;
  /** Only what was left to the outbox. */
  readonly catchingUp?: boolean;
}

/** The group that sends events on, so that others get them from there. */
export const relayGroup = 'relay';

export const createEventStore = (pool: pg.Pool, source: string): EventStore => ({
  async waitingTenants(group, { except, limit, catchingUp = false }) {
    const { rows } = await pool.query<{ tenant_id: string }>(
      `select p.tenant_id from plexica.tenant_position p
         left join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = p.tenant_id
        where ${catchingUp ? 'c.catching_up' : 'p.position > coalesce(c.position, 0)'}
          and (c.retry_at is null or c.retry_at <= clock_timestamp())
          and p.tenant_id <> all ($2)
        order by c.served_at nulls first, p.tenant_id limit $3`,
      [group, except, limit],
    );
    return rows.map(({ tenant_id }) => tenant_id);
  },

  deliver: (delivery) => withClient(pool, (client) => underLock(client, delivery, () => drain(client, delivery, source))),

  accept: (intake) =>
    withClient(pool, async (client) => {
      if (!(await underLock(client, intake, () => accept(client, intake)))) await leaveToOutbox(client, intake);
    }),

  leaveToOutbox: (group, tenantId) => leaveToOutbox(pool, { group, tenantId }),

  async leaveOverdue(group, afterMs) {
    await pool.query(
      `insert into plexica.event_cursor (consumer, tenant_id, catching_up)
         select $1, r.tenant_id, true from plexica.event_cursor r
           left join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = r.tenant_id
           join lateral (
             select recorded_at from plexica.outbox
              where tenant_id = r.tenant_id and kind = 'event' and position > coalesce(c.position, 0) and position <= r.position
              order by position limit 1) next on true
          where r.consumer = $2 and next.recorded_at < clock_timestamp() - make_interval(secs => $3::float8 / 1000)
       on conflict (consumer, tenant_id) do update set catching_up = true`,
      [group, relayGroup, afterMs],
    );
  },

  async lag(group) {
    const { rows } = await pool.query<{ lag: string }>(
      `select coalesce(sum(p.position - coalesce(c.position, 0)), 0) as lag from plexica.tenant_position p
         left join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = p.tenant_id`,
      [group],
    );
    return Number(rows[0]?.lag ?? 0);
  },

  async forget(olderThanDays) {
    const { rowCount } = await pool.query(
      `delete from plexica.outbox o where o.recorded_at < now() - make_interval(days => $1)
          and (o.kind = 'operation' and o.admitted or o.kind = 'event' and not exists (
            select 1 from (select distinct consumer from plexica.event_cursor) g
              left join plexica.event_cursor c on c.consumer = g.consumer and c.tenant_id = o.tenant_id
             where o.position > coalesce(c.position, 0)))`,
      [olderThanDays],
    );
    return rowCount ?? 0;
  },

  erase: (tenantId) =>
    withClient(pool, async (client) => {
      // What is being sent now would otherwise be sealed with a key that is made anew.
      const lock = eventLock({ group: relayGroup, tenantId });
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lock]);
      try {
        await client.query(
          `with key as (delete from plexica.tenant_event_key where tenant_id = $1)
           delete from plexica.outbox where tenant_id = $1 and kind = 'event'`,
          [tenantId],
        );
      } finally {
        await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]).catch(() => {});
      }
    }),
});

const underLock = async (
  client: pg.PoolClient,
  place: { readonly group: string; readonly tenantId: string },
  work: () => Promise<void>,
): Promise<boolean> => {
  const lock = eventLock(place);
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as mine', [lock]);
  if (!rows[0]?.mine) return false;
  try {
    await work();
    return true;
  } finally {
    // A connection that broke has let go of its locks already.
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lock]).catch(() => {});
  }
};
