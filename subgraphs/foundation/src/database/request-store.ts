import type pg from 'pg';
import type { OperationKind, OperationStepRecord } from '../operation/operation.ts';

/** Requests for operations in the outbox. */
export interface RequestStore {
  /**
   * Makes operations of those that are committed but not admitted yet, oldest first; of the ids given, or of all. Each is made once:
   * answers those that this call made.
   */
  admit(options: {
    readonly limit: number;
    readonly ids?: readonly string[];
    /** Those that an operation of a kind begins with. */
    readonly steps: Readonly<Partial<Record<OperationKind, readonly OperationStepRecord[]>>>;
  }): Promise<readonly AdmittedOperation[]>;
}

export interface AdmittedOperation {
  readonly id: string;
  readonly kind: OperationKind;
}

export const createRequestStore = (pool: pg.Pool): RequestStore => ({
  async admit({ limit, ids, steps }) {
    const { rows } = await pool.query<AdmittedOperation>(
      `with request as (
         select event_id, tenant_id, name, data from plexica.outbox
          where kind = 'operation' and not admitted and ($2::uuid[] is null or event_id = any ($2)) order by id limit $1
       ), made as (
         insert into plexica.operation (id, tenant_id, kind, status, input, steps)
         select event_id, tenant_id, name, 'PENDING', data, coalesce($3::jsonb -> name, '[]') from request
         on conflict (id) do nothing returning id, kind
       ), admitted as (
         update plexica.outbox set admitted = true where kind = 'operation' and event_id in (select event_id from request)
       )
       select id, kind from made`,
      [limit, ids ?? null, JSON.stringify(steps)],
    );
    return rows;
  },
});
