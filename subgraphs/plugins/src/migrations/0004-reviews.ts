import type { SqlMigration } from '@plexica/foundation/database';

/** What was said of a version before it was published, and since when it waits. */
export const shared0004: SqlMigration = {
  name: '0004-reviews',
  sql: `
    alter table plugin_version add column review_notes text;
    alter table plugin_version add column submitted_at timestamptz;
  `,
};
