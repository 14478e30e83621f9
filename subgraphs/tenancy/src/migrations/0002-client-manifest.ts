import type { SqlMigration } from '@plexica/foundation/database';

// `operations` maps the SHA-256 of each text to the text; `digest` names the whole and changes with it.
export const tenancy0002: SqlMigration = {
  name: '0002-client-manifest',
  sql: `
create table client_manifest (
  tenant_id uuid not null references tenant (id) on delete cascade,
  client text not null,
  digest text not null unique,
  operations jsonb not null,
  operation_count integer not null,
  registered_at timestamptz not null,
  primary key (tenant_id, client)
);
`,
};
