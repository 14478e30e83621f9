import { defineEntity, p } from '@mikro-orm/postgresql';

/** Where a tenant's rows are; stored, never recomputed from the slug. */
export const TenantSchemaRow = defineEntity({
  name: 'TenantSchemaRow',
  tableName: 'tenant_schema',
  schema: 'plexica',
  properties: {
    tenantId: p.uuid().primary(),
    slug: p.text(),
    schema: p.text(),
    role: p.text(),
  },
});

const auditProperties = {
  id: p.uuid().primary(),
  at: p.datetime(),
  actorId: p.uuid().nullable(),
  actorEmail: p.text().nullable(),
  action: p.text(),
  targetType: p.text().nullable(),
  targetId: p.text().nullable(),
  before: p.json<Record<string, unknown>>().nullable(),
  after: p.json<Record<string, unknown>>().nullable(),
  requestId: p.text().nullable(),
};

/** Who did what in a tenant; insert and select only. */
export const AuditEntry = defineEntity({ name: 'AuditEntry', tableName: 'audit_entry', schema: '*', properties: auditProperties });

/** The same for work on the shared schema. */
export const PlatformAuditEntry = defineEntity({
  name: 'PlatformAuditEntry',
  tableName: 'audit_entry',
  schema: 'plexica',
  properties: auditProperties,
});

export const OperationRow = defineEntity({
  name: 'OperationRow',
  tableName: 'operation',
  schema: 'plexica',
  properties: {
    id: p.uuid().primary(),
    tenantId: p.uuid(),
    kind: p.text(),
    status: p.text(),
    input: p.json<Record<string, unknown>>(),
    steps: p.json<unknown[]>(),
    error: p.text().nullable(),
    requestedAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
});

export const foundationEntities = [TenantSchemaRow, AuditEntry, PlatformAuditEntry, OperationRow];
