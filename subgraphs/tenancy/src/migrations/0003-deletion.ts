import type { SqlMigration } from '@plexica/foundation/database';

// A tenant that waits for its deletion, and the operation that erases it.
export const tenancy0003: SqlMigration = {
  name: '0003-deletion',
  sql: `
alter table tenant add column deletes_at timestamptz, add column deletion_id uuid;
create index tenant_deletes_at on tenant (deletes_at) where deletion_id is null;
`,
};
