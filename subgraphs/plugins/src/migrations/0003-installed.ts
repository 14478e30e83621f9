import type { SqlMigration } from '@plexica/foundation/database';

/** What each tenant has installed, active or not, so that the platform can tell whether a plugin is in use. */
export const shared0003: SqlMigration = {
  name: '0003-installed',
  sql: `
    alter table tenant_plugin_set add column installed jsonb not null default '{}';
    update tenant_plugin_set set installed = coalesce((select jsonb_object_agg(key, value->>'version') from jsonb_each(plugins)), '{}');
  `,
};
