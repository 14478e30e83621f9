import type { SqlMigration } from '@plexica/foundation/database';

/** Services per version with credentials of their own; a pointer that tells whether it moved meanwhile; one delivery per event. */
export const shared0002: SqlMigration = {
  name: '0002-services',
  sql: `
    create table plugin_service (
      plugin_id text not null,
      version text not null,
      url text not null,
      credential_hash text not null,
      primary key (plugin_id, version),
      foreign key (plugin_id, version) references plugin_version (plugin_id, version) on delete cascade
    );
    create index plugin_service_credential on plugin_service (credential_hash);
    insert into plugin_service (plugin_id, version, url, credential_hash)
      select v.plugin_id, v.version, v.service_url, p.credential_hash from plugin_version v join plugin p on p.id = v.plugin_id
       where v.service_url is not null and p.credential_hash is not null;
    alter table plugin_version drop column service_url;
    alter table plugin drop column credential_hash;
    alter table plugin_version add column ui_integrity text;

    alter table tenant_plugin_set add column revision integer not null default 0;

    alter table hook_delivery add column event_id text;
    update hook_delivery set event_id = event->>'id';
    alter table hook_delivery alter column event_id set not null;
    create unique index hook_delivery_once on hook_delivery (plugin_id, event_id);
    create index hook_delivery_finished on hook_delivery (finished_at) where status in ('DELIVERED', 'SKIPPED');
  `,
};

/** Which work an installation waits for. */
export const tenant0002: SqlMigration = {
  name: '0002-operation-kind',
  sql: 'alter table plugin_installation add column operation_kind text;',
};
