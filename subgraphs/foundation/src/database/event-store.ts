import type { PlexicaEvent } from '@plexica/schema';
import type pg from 'pg';
import { withClient } from './with-client.ts';

/** The events of the outbox, and where each consumer group stands within each tenant. */
export interface EventStore {
  /** Tenants with events that the group has not seen and may try now, those served longest ago first. */
  waitingTenants(group: string, options: { readonly except: readonly string[]; readonly limit: number }): Promise<readonly string[]>;
  /**
   * Hands the tenant's next events to the handler, in order, while no other process does so for this group.
   * Answers false when another one does. A failing handler is noted; the event comes again after a pause.
   */
  deliver(delivery: Delivery): Promise<boolean>;
  /** Drops events that every group has seen, and admitted requests, both older than the time given. */
  forget(olderThanDays: number): Promise<number>;
}

export interface Delivery {
  readonly group: string;
  readonly tenantId: string;
  readonly handler: (event: PlexicaEvent) => Promise<void>;
  readonly limit: number;
  /** Asked before each event. */
  readonly goOn: () => boolean;
}

const firstPauseMs = 200;
const longestPauseMs = 60_000;

export const createEventStore = (pool: pg.Pool, source: string): EventStore => ({
  async waitingTenants(group, { except, limit }) {
    const { rows } = await pool.query<{ tenant_id: string }>(
      `select p.tenant_id from plexica.tenant_position p
         left join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = p.tenant_id
        where p.position > coalesce(c.position, 0)
          and (c.retry_at is null or c.retry_at <= clock_timestamp())
          and p.tenant_id <> all ($2)
        order by c.served_at nulls first, p.tenant_id limit $3`,
      [group, except, limit],
    );
    return rows.map(({ tenant_id }) => tenant_id);
  },

  deliver: (delivery) =>
    withClient(pool, async (client) => {
      const key = [`plexica.events.${delivery.group}.${delivery.tenantId}`];
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as mine', key);
      if (!rows[0]?.mine) return false;
      try {
        await drain(client, delivery, source);
        return true;
      } finally {
        // A connection that broke has let go of its locks already.
        await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key).catch(() => {});
      }
    }),

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
});

// The place moves on the connection that holds the lock: who lost the lock can't move it any more.
const drain = async (client: pg.PoolClient, { group, tenantId, handler, limit, goOn }: Delivery, source: string): Promise<void> => {
  const at = [group, tenantId];
  await client.query('insert into plexica.event_cursor (consumer, tenant_id) values ($1, $2) on conflict do nothing', at);
  const { rows } = await client.query<EventRow>(
    `select o.event_id, o.tenant_id, o.tenant_slug, o.name, o.data, o.recorded_at, o.position from plexica.outbox o
       join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = o.tenant_id
      where o.tenant_id = $2 and o.kind = 'event' and o.position > c.position
        and (c.retry_at is null or c.retry_at <= clock_timestamp())
      order by o.position limit $3`,
    [...at, limit],
  );
  for (const row of rows) {
    if (!goOn()) return;
    try {
      await handler(asEvent(row, source));
    } catch (error) {
      await noteFailure(client, at, error);
      return;
    }
    await client.query(
      `update plexica.event_cursor
          set position = $3, served_at = clock_timestamp(), failures = 0, retry_at = null, last_error = null
        where consumer = $1 and tenant_id = $2`,
      [...at, row.position],
    );
  }
};

const noteFailure = (client: pg.PoolClient, at: readonly string[], error: unknown) =>
  client.query(
    `update plexica.event_cursor
        set failures = failures + 1, last_error = $3, served_at = clock_timestamp(),
            retry_at = clock_timestamp() + make_interval(secs => least(${longestPauseMs}, ${firstPauseMs} * power(2, least(failures, 20))) / 1000.0)
      where consumer = $1 and tenant_id = $2`,
    [...at, error instanceof Error ? error.message : String(error)],
  );

interface EventRow {
  readonly event_id: string;
  readonly tenant_id: string;
  readonly tenant_slug: string;
  readonly name: string;
  readonly data: PlexicaEvent['data'];
  readonly recorded_at: Date;
  /** A bigint, which pg answers as text. */
  readonly position: string;
}

const asEvent = (row: EventRow, source: string): PlexicaEvent => ({
  specversion: '1.0',
  id: row.event_id,
  source,
  type: `plexica.${row.name}` as PlexicaEvent['type'],
  time: row.recorded_at.toISOString(),
  tenant: row.tenant_slug,
  tenantid: row.tenant_id,
  sequence: row.position.padStart(20, '0'),
  datacontenttype: 'application/json',
  data: row.data,
});
