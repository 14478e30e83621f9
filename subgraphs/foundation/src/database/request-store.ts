import type pg from 'pg';
import type { OperationKind } from '../operation/operation.ts';
import { withClient } from './with-client.ts';

/** Requests for operations in the outbox. */
export interface RequestStore {
  /** Committed but not admitted yet, oldest first; of the ids given, or of all. */
  pending(options: { readonly limit: number; readonly ids?: readonly string[] }): Promise<readonly OperationRequest[]>;
  /** Creates the operation's row once; answers whether this call did. */
  admit(request: OperationRequest, steps: readonly string[]): Promise<boolean>;
}

export interface OperationRequest {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: OperationKind;
  readonly input: Record<string, unknown>;
}

export const createRequestStore = (pool: pg.Pool): RequestStore => ({
  async pending({ limit, ids }) {
    const { rows } = await pool.query<{ event_id: string; tenant_id: string; name: OperationKind; data: Record<string, unknown> }>(
      `select event_id, tenant_id, name, data from plexica.outbox
        where kind = 'operation' and not admitted and ($2::uuid[] is null or event_id = any ($2)) order by id limit $1`,
      [limit, ids ?? null],
    );
    return rows.map((row) => ({ id: row.event_id, tenantId: row.tenant_id, kind: row.name, input: row.data }));
  },

  admit: ({ id, tenantId, kind, input }, steps) =>
    withClient(pool, async (client) => {
      const waiting = steps.map((name) => ({ name, status: 'PENDING', attempts: 0, startedAt: null, finishedAt: null, error: null }));
      await client.query('begin');
      try {
        const { rowCount } = await client.query(
          `insert into plexica.operation (id, tenant_id, kind, status, input, steps) values ($1, $2, $3, 'PENDING', $4, $5) on conflict (id) do nothing`,
          [id, tenantId, kind, JSON.stringify(input), JSON.stringify(waiting)],
        );
        await client.query('update plexica.outbox set admitted = true where event_id = $1', [id]);
        await client.query('commit');
        return rowCount === 1;
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      }
    }),
});
