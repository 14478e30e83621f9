import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { TenantSchemaRow } from './foundation.entities.ts';
import { quoted } from './names.ts';

/** A row of the audit log, by property. */
export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actorId: string | null;
  readonly actorEmail: string | null;
  readonly action: string;
  readonly targetType: string | null;
  readonly targetId: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly requestId: string | null;
}

/**
 * The audit row of a change on shared rows, in the schema of the tenant whose user made it.
 * Comes last in its transaction, which goes on as the role of that tenant.
 */
export const recordTenantAudit = async (em: EntityManager, tenantId: string, row: AuditRow): Promise<void> => {
  const location = await em.findOne(TenantSchemaRow, { tenantId });
  if (!location) throw new DomainError('TENANT_NOT_FOUND');
  const run = (sql: string, values: unknown[] = []) => em.getConnection().execute(sql, values, 'run', em.getTransactionContext());
  await run(`set local role ${quoted(location.role)}`);
  await run(
    `insert into ${quoted(location.schema)}.audit_entry
       (id, at, actor_id, actor_email, action, target_type, target_id, before, after, request_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.id,
      row.at,
      row.actorId,
      row.actorEmail,
      row.action,
      row.targetType,
      row.targetId,
      json(row.before),
      json(row.after),
      row.requestId,
    ],
  );
};

const json = (value: object | null): string | null => value && JSON.stringify(value);
