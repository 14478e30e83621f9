import type { PlexicaEvent } from '@plexica/schema';
import pg from 'pg';

/** Where a consumer group stands within one tenant. */
export interface OutboxStore {
  /** Tenants with events that the group has not seen and may try now. */
  waitingTenants(group: string): Promise<readonly string[]>;
  /**
   * Hands the tenant's next events to the handler, in order, while no other process does so for this group.
   * Answers false when another one does. A failing handler is noted; the event comes again after a pause.
   */
  deliver(group: string, tenantId: string, handler: (event: PlexicaEvent) => Promise<void>, limit: number): Promise<boolean>;
  /** Operation requests that were committed but not admitted yet, oldest first. */
  pendingRequests(limit: number): Promise<readonly OperationRequest[]>;
  /** Creates the operation's row once; answers whether this call did. */
  admit(request: OperationRequest, steps: readonly string[]): Promise<boolean>;
  /** Calls back after each commit that put something into the outbox; answers a function that stops. */
  onCommit(listener: () => void): Promise<() => Promise<void>>;
  /** Drops events that every group has seen and that are older than the time given. */
  forget(olderThanDays: number): Promise<number>;
}

export interface OperationRequest {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: string;
  readonly input: Record<string, unknown>;
}

const firstPauseMs = 200;
const longestPauseMs = 60_000;

// Rows of transactions that may still be running are not read yet: a later reader would find rows before its own position.
const settled = 'o.transaction < pg_snapshot_xmin(pg_current_snapshot())';

export const createOutboxStore = (pool: pg.Pool, url: string, source: string): OutboxStore => ({
  async waitingTenants(group) {
    const { rows } = await pool.query<{ tenant_id: string }>(
      `select o.tenant_id from plexica.outbox o
         left join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = o.tenant_id
        where o.kind = 'event' and ${settled}
          and (c.consumer is null or (o.transaction, o.id) > (c.transaction, c.position))
          and (c.retry_at is null or c.retry_at <= clock_timestamp())
        group by o.tenant_id order by min(o.id)`,
      [group],
    );
    return rows.map(({ tenant_id }) => tenant_id);
  },

  async deliver(group, tenantId, handler, limit) {
    const client = await pool.connect();
    const key = `plexica.events.${group}.${tenantId}`;
    try {
      const { rows: locks } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [key]);
      if (!locks[0]?.mine) return false;
      try {
        await drain(client, group, tenantId, source, handler, limit);
        return true;
      } finally {
        await client.query('select pg_advisory_unlock(hashtext($1))', [key]);
      }
    } finally {
      client.release();
    }
  },

  async pendingRequests(limit) {
    const { rows } = await pool.query(
      `select event_id, tenant_id, name, data from plexica.outbox where kind = 'operation' and not admitted order by id limit $1`,
      [limit],
    );
    return rows.map((row) => ({ id: row.event_id, tenantId: row.tenant_id, kind: row.name, input: row.data }));
  },

  async admit({ id, tenantId, kind, input }, steps) {
    const client = await pool.connect();
    const waiting = steps.map((name) => ({ name, status: 'PENDING', attempts: 0, startedAt: null, finishedAt: null, error: null }));
    try {
      await client.query('begin');
      const { rowCount } = await client.query(
        `insert into plexica.operation (id, tenant_id, kind, status, input, steps) values ($1, $2, $3, 'PENDING', $4, $5) on conflict (id) do nothing`,
        [id, tenantId, kind, JSON.stringify(input), JSON.stringify(waiting)],
      );
      await client.query('update plexica.outbox set admitted = true where event_id = $1', [id]);
      await client.query('commit');
      return rowCount === 1;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  },

  async onCommit(listener) {
    let stopped = false;
    let client: pg.Client | undefined;
    const connect = async (): Promise<void> => {
      const listening = new pg.Client({ connectionString: url, application_name: 'plexica-outbox' });
      listening.on('notification', listener);
      listening.on('error', () => {});
      listening.on('end', () => {
        if (!stopped) setTimeout(() => void connect().catch(() => {}), 1_000).unref();
      });
      await listening.connect();
      await listening.query('listen plexica_outbox');
      client = listening;
      listener();
    };
    await connect();
    return async () => {
      stopped = true;
      await client?.end();
    };
  },

  async forget(olderThanDays) {
    const { rowCount } = await pool.query(
      `delete from plexica.outbox o where o.recorded_at < now() - make_interval(days => $1)
          and (o.kind = 'operation' and o.admitted or o.kind = 'event' and not exists (
            select 1 from (select distinct consumer from plexica.event_cursor) g
              left join plexica.event_cursor c on c.consumer = g.consumer and c.tenant_id = o.tenant_id
             where c.consumer is null or (o.transaction, o.id) > (c.transaction, c.position)))`,
      [olderThanDays],
    );
    return rowCount ?? 0;
  },
});

const drain = async (
  client: pg.PoolClient,
  group: string,
  tenantId: string,
  source: string,
  handler: (event: PlexicaEvent) => Promise<void>,
  limit: number,
): Promise<void> => {
  await client.query('insert into plexica.event_cursor (consumer, tenant_id) values ($1, $2) on conflict do nothing', [group, tenantId]);
  const { rows } = await client.query(
    `select o.*, s.slug from plexica.outbox o
       join plexica.event_cursor c on c.consumer = $1 and c.tenant_id = o.tenant_id
       left join plexica.tenant_schema s on s.tenant_id = o.tenant_id
      where o.tenant_id = $2 and o.kind = 'event' and ${settled} and (o.transaction, o.id) > (c.transaction, c.position)
        and (c.retry_at is null or c.retry_at <= clock_timestamp())
      order by o.transaction, o.id limit $3`,
    [group, tenantId, limit],
  );
  for (const row of rows) {
    try {
      await handler(asEvent(row, source));
    } catch (error) {
      await noteFailure(client, group, tenantId, error);
      return;
    }
    await client.query(
      `update plexica.event_cursor set transaction = $3, position = $4, failures = 0, retry_at = null, last_error = null where consumer = $1 and tenant_id = $2`,
      [group, tenantId, row.transaction, row.id],
    );
  }
};

const noteFailure = (client: pg.PoolClient, group: string, tenantId: string, error: unknown) =>
  client.query(
    `update plexica.event_cursor
        set failures = failures + 1, last_error = $3,
            retry_at = clock_timestamp() + make_interval(secs => least(${longestPauseMs}, ${firstPauseMs} * power(2, least(failures, 20))) / 1000.0)
      where consumer = $1 and tenant_id = $2`,
    [group, tenantId, error instanceof Error ? error.message : String(error)],
  );

// biome-ignore lint/suspicious/noExplicitAny: a row as pg answers it
const asEvent = (row: any, source: string): PlexicaEvent => ({
  specversion: '1.0',
  id: row.event_id,
  source,
  type: `plexica.${row.name}`,
  time: new Date(row.recorded_at).toISOString(),
  tenant: row.slug ?? '',
  tenantid: row.tenant_id,
  sequence: `${String(row.transaction).padStart(20, '0')}-${String(row.id).padStart(20, '0')}`,
  datacontenttype: 'application/json',
  data: row.data,
});
