import type pg from 'pg';
import type { OperationRecord, OperationStatus, OperationStepRecord } from '../operation/operation.ts';

/** Rows of operations, and the lock that says somebody is working on one. */
export interface OperationStore {
  find(id: string): Promise<StoredOperation | undefined>;
  save(id: string, state: OperationState): Promise<void>;
  /** Operations that have not ended, oldest first. */
  unfinished(): Promise<readonly { readonly id: string; readonly kind: string }[]>;
  /** Runs the work unless another process works on the same operation; a killed process holds no lock. */
  exclusively(id: string, work: () => Promise<void>): Promise<boolean>;
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
    if (!/^[0-9a-f-]{36}$/i.test(id)) return undefined;
    const { rows } = await pool.query('select * from plexica.operation where id = $1', [id]);
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
  async unfinished() {
    const { rows } = await pool.query<{ id: string; kind: string }>(
      `select id, kind from plexica.operation where status in ('PENDING', 'RUNNING', 'COMPENSATING') order by requested_at`,
    );
    return rows;
  },
  async exclusively(id, work) {
    const client = await pool.connect();
    const key = `plexica.operation.${id}`;
    try {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(hashtext($1)) as mine', [key]);
      if (!rows[0]?.mine) return false;
      try {
        await work();
        return true;
      } finally {
        await client.query('select pg_advisory_unlock(hashtext($1))', [key]);
      }
    } finally {
      client.release();
    }
  },
});

// biome-ignore lint/suspicious/noExplicitAny: a row as pg answers it
const asOperation = (row: any): StoredOperation => ({
  id: row.id,
  tenantId: row.tenant_id,
  kind: row.kind,
  status: row.status,
  input: row.input,
  error: row.error,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  steps: (row.steps as OperationStepRecord[]).map((step) => ({
    ...step,
    startedAt: asDate(step.startedAt),
    finishedAt: asDate(step.finishedAt),
  })),
});

const asDate = (value: unknown): Date | null => (value ? new Date(String(value)) : null);
