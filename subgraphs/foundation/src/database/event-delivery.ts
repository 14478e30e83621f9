import type { PlexicaEvent } from '@plexica/schema';
import type pg from 'pg';

/** One group at the events of one tenant. */
interface Place {
  readonly group: string;
  readonly tenantId: string;
}

export interface Delivery extends Place {
  readonly handler: (event: PlexicaEvent) => Promise<void>;
  readonly limit: number;
  /** Asked before each event. */
  readonly goOn: () => boolean;
  /** The pause after a failure doubles up to this; a minute unless told. */
  readonly longestPauseMs?: number;
}

export interface Intake extends Omit<Delivery, 'limit'> {
  readonly events: readonly SentEvent[];
}

/** An event as it comes from elsewhere. */
export interface SentEvent {
  readonly sequence: string;
  /** Undefined when nobody can read it any more; it then counts as seen. */
  read(): Promise<PlexicaEvent | undefined>;
}

const firstPauseMs = 200;

/** One process at a time is at the events of a tenant for a group, in whatever way they come. */
export const eventLock = ({ group, tenantId }: Place): string => `plexica.events.${group}.${tenantId}`;

// Below, the place moves on the connection that holds the lock: who lost the lock can't move it any more.

/** From the outbox. */
export const drain = async (client: pg.PoolClient, delivery: Delivery, source: string): Promise<void> => {
  const { tenantId, handler, limit, goOn } = delivery;
  const cursor = await readCursor(client, delivery);
  if (cursor.resting) return;
  const { rows } = await client.query<EventRow>(
    `select event_id, tenant_id, tenant_slug, name, data, recorded_at, position from plexica.outbox
      where tenant_id = $1 and kind = 'event' and position > $2 order by position limit $3`,
    [tenantId, cursor.position, limit],
  );
  for (const row of rows) {
    if (!goOn()) return;
    try {
      await handler(asEvent(row, source));
    } catch (error) {
      await noteFailure(client, delivery, error);
      return;
    }
    await moveTo(client, delivery, row.position);
  }
  if (!rows.length || (cursor.catching_up && rows.length < limit)) await settle(client, delivery);
};

/** From elsewhere. */
export const accept = async (client: pg.PoolClient, intake: Intake): Promise<void> => {
  const cursor = await readCursor(client, intake);
  if (cursor.catching_up) return;
  let seen = BigInt(cursor.position);
  for (const { sequence, read } of intake.events) {
    if (!intake.goOn()) return;
    const position = BigInt(sequence);
    if (position <= seen) continue;
    if (position > seen + 1n) return leaveToOutbox(client, intake);
    try {
      const event = await read();
      if (event) await intake.handler(event);
    } catch (error) {
      return noteFailure(client, intake, error, { leave: true });
    }
    await moveTo(client, intake, String(position));
    seen = position;
  }
};

/** Needs no lock. */
export const leaveToOutbox = async (client: pg.Pool | pg.PoolClient, { group, tenantId }: Place): Promise<void> => {
  await client.query(
    `insert into plexica.event_cursor (consumer, tenant_id, catching_up) values ($1, $2, true)
     on conflict (consumer, tenant_id) do update set catching_up = true`,
    [group, tenantId],
  );
};

interface Cursor {
  readonly position: string;
  readonly catching_up: boolean;
  /** After a failure. */
  readonly resting: boolean;
}

const readCursor = async (client: pg.PoolClient, { group, tenantId }: Place): Promise<Cursor> => {
  const at = [group, tenantId];
  await client.query('insert into plexica.event_cursor (consumer, tenant_id) values ($1, $2) on conflict do nothing', at);
  const { rows } = await client.query<Cursor>(
    `select position, catching_up, coalesce(retry_at > clock_timestamp(), false) as resting from plexica.event_cursor
      where consumer = $1 and tenant_id = $2`,
    at,
  );
  return rows[0] ?? { position: '0', catching_up: false, resting: false };
};

const moveTo = (client: pg.PoolClient, { group, tenantId }: Place, position: string) =>
  client.query(
    `update plexica.event_cursor
        set position = $3, served_at = clock_timestamp(), failures = 0, retry_at = null, last_error = null
      where consumer = $1 and tenant_id = $2`,
    [group, tenantId, position],
  );

/**
 * Nothing of the tenant is left in the outbox: the group has caught up, and erased events count as seen. Whoever leaves more to the
 * outbox meanwhile waits for the cursor's row, and the update sees what was committed before it got that row.
 */
const settle = async (client: pg.PoolClient, { group, tenantId }: Place): Promise<void> => {
  await client.query('begin');
  try {
    await client.query('select 1 from plexica.event_cursor where consumer = $1 and tenant_id = $2 for update', [group, tenantId]);
    await client.query(
      `update plexica.event_cursor c set position = p.position, served_at = clock_timestamp(), catching_up = false
         from plexica.tenant_position p
        where c.consumer = $1 and c.tenant_id = $2 and p.tenant_id = c.tenant_id and not exists (
          select 1 from plexica.outbox o where o.tenant_id = c.tenant_id and o.kind = 'event' and o.position > c.position)`,
      [group, tenantId],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
};

const noteFailure = async (
  client: pg.PoolClient,
  delivery: Omit<Delivery, 'limit'>,
  error: unknown,
  { leave = false } = {},
): Promise<void> => {
  const { group, tenantId, longestPauseMs = 60_000 } = delivery;
  await client.query(
    `update plexica.event_cursor
        set failures = failures + 1, last_error = $3, served_at = clock_timestamp(), catching_up = catching_up or $4,
            retry_at = clock_timestamp() + make_interval(secs => least($5::float8, ${firstPauseMs} * power(2, least(failures, 20))) / 1000.0)
      where consumer = $1 and tenant_id = $2`,
    [group, tenantId, error instanceof Error ? error.message : String(error), leave, longestPauseMs],
  );
};

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
