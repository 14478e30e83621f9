import type { SqlMigration } from '@plexica/foundation/database';

export const identity0002: SqlMigration = {
  name: '0002-api-keys',
  sql: `
create table api_key (
  id uuid primary key,
  user_id uuid not null references "user" (id) on delete cascade,
  name text not null,
  secret_hash text not null unique,
  hint text not null,
  permissions text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_key_by_user on api_key (user_id, created_at);
create index api_key_created_at on api_key (created_at, id);
`,
};
