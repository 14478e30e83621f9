import type { SqlMigration } from '@plexica/foundation/database';

/** Which operations the tenant's users ask, so that a change of its API can be judged by them. */
export const tenant0003: SqlMigration = {
  name: '0003-operation-usage',
  sql: `
    create table operation_usage (
      hash text primary key,
      name text,
      kind text not null,
      text text not null,
      elements jsonb not null,
      supergraph text not null,
      calls bigint not null,
      first_used_at timestamptz not null,
      last_used_at timestamptz not null
    );
    create index operation_usage_last_used on operation_usage (last_used_at);
  `,
};
