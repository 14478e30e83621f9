import type { SqlMigration } from '@plexica/foundation/database';

// A tenant that came to nothing, or is gone, gives its slug back.
export const tenancy0001: SqlMigration = {
  name: '0001-tenant',
  sql: `
create table tenant (
  id uuid primary key,
  slug text not null,
  name text not null,
  status text not null check (status in ('PROVISIONING', 'ACTIVE', 'SUSPENDED', 'PENDING_DELETION', 'DELETED', 'FAILED')),
  version integer not null,
  settings jsonb not null,
  branding jsonb not null,
  admin_email text not null,
  suspended_reason text,
  provisioning_id uuid,
  owned text[] not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index tenant_slug on tenant (slug) where status not in ('FAILED', 'DELETED');
create index tenant_slug_all on tenant (slug, created_at);
create index tenant_name on tenant (name, id);
create index tenant_created_at on tenant (created_at, id);
`,
};
