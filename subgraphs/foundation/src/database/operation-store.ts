import type pg from 'pg';
import type { OperationKind, OperationRecord, OperationStatus, OperationStepRecord } from '../operation/operation.ts';
import { withClient } from './with-client.ts';

/** Rows of operations, and the lock that says somebody is working on one. */
export interface OperationStore {
  find(id: string): Promise<StoredOperation | undefined>;
  save(id: string, state: OperationState): Promise<void>;
  /** Operations of these kinds that have not ended, oldest first. */
  unfinished(kinds: readonly OperationKind[]): Promise<readonly Pick<StoredOperation, 'id' | 'kind'>[]>;
  unfinishedOf(tenantId: string): Promise<readonly string[]>;
  /** Drops those of the tenant that have ended, and the requests they came from. */
  erase(tenantId: string): Promise<void>;
  /** Runs the work on the operation as it stands, unless another process works on it; a killed process holds no lock. */
  exclusively(id: string, work: (stored: StoredOperation) => Promise<void>): Promise<void>;
}

export interface StoredOperation extends OperationRecord {
  readonly input: Record<string, unknown>;
}

export interface OperationState {
  readonly status: OperationStatus;
  readonly steps: readonly OperationStepRecord[];
  readonly error: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export const createOperationStore = (pool: pg.Pool): OperationStore => ({
  async find(id) {
    if (!isId.test(id)) return undefined;
    const { rows } = await pool.query<OperationRowRead>('select * from plexica.operation where id = $1', [id]);
    return rows[0] && asOperation(rows[0]);
  },
  async save(id, { status, steps, error, startedAt, finishedAt }) {
    await pool.query('update plexica.operation set status = $2, steps = $3, error = $4, started_at = $5, finished_at = $6 where id = $1', [
      id,
      status,
      JSON.stringify(steps),
      error,
      startedAt,
      finishedAt,
    ]);
  },
  async unfinished(kinds) {
    const { rows } = await pool.query<Pick<StoredOperation, 'id' | 'kind'>>(
      `select id, kind from plexica.operation
        where status in ('PENDING', 'RUNNING', 'COMPENSATING') and kind = any ($1) order by requested_at`,
      [kinds],
    );
    return rows;
  },
  async unfinishedOf(tenantId) {
    const { rows } = await pool.query<{ id: string }>(
      "select id from plexica.operation where tenant_id = $1 and status in ('PENDING', 'RUNNING', 'COMPENSATING')",
      [tenantId],
    );
    return rows.map(({ id }) => id);
  },
  async erase(tenantId) {
    await pool.query(
      `with asked as (delete from plexica.outbox where tenant_id = $1 and kind = 'operation' and admitted)
       delete from plexica.operation where tenant_id = $1 and status in ('SUCCEEDED', 'COMPENSATED', 'FAILED')`,
      [tenantId],
    );
  },
  exclusively: (id, work) =>
    withClient(pool, async (client) => {
      if (!isId.test(id)) return;
      const key = `hashtextextended('plexica.operation.${id}', 0)`;
      // Two statements in one message: the second sees what whoever held the lock before committed.
      const answers: unknown = await client.query(
        `select pg_try_advisory_lock(${key}) as mine; select * from plexica.operation where id = '${id}'`,
      );
      const [lock, found] = answers as readonly [pg.QueryResult<{ mine: boolean }>, pg.QueryResult<OperationRowRead>];
      if (!lock.rows[0]?.mine) return;
      try {
        if (found.rows[0]) await work(asOperation(found.rows[0]));
      } finally {
        await client.query(`select pg_advisory_unlock(${key})`).catch(() => {});
      }
    }),
});

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface OperationRowRead {
  readonly id: string;
  readonly tenant_id: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly input: Record<string, unknown>;
  readonly error: string | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  /** From JSON, where times are texts. */
  readonly steps: readonly (Omit<OperationStepRecord, 'startedAt' | 'finishedAt'> & Record<'startedAt' | 'finishedAt', string | null>)[];
}

const asOperation = (row: OperationRowRead): StoredOperation => ({
  id: row.id,
  tenantId: row.tenant_id,
  kind: row.kind,
  status: row.status,
  input: row.input,
  error: row.error,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  steps: row.steps.map((step) => ({ ...step, startedAt: asDate(step.startedAt), finishedAt: asDate(step.finishedAt) })),
});

const asDate = (value: string | null): Date | null => (value ? new Date(value) : null);
