import type { SqlMigration } from '@plexica/foundation/database';

/** The same links lead in who is new, and who lost a password. */
export const identity0003: SqlMigration = {
  name: '0003-password-resets',
  sql: `alter table invitation add column purpose text not null default 'JOIN' check (purpose in ('JOIN', 'RESET'));`,
};
