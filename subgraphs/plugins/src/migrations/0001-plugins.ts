import type { SqlMigration } from '@plexica/foundation/database';

/** The registry, the plugin sets, and where each tenant points. */
export const shared0001: SqlMigration = {
  name: '0001-plugins',
  sql: `
    create table plugin (
      id text primary key,
      name text not null,
      description text not null,
      author text,
      category text,
      icon text,
      status text not null,
      latest_version text not null,
      credential_hash text,
      created_at timestamptz not null default now()
    );
    create table plugin_version (
      plugin_id text not null references plugin (id) on delete cascade,
      version text not null,
      manifest jsonb not null,
      sdl text not null,
      digest text not null,
      ui_digest text,
      status text not null,
      checks jsonb not null default '[]',
      service_url text,
      published_at timestamptz,
      primary key (plugin_id, version)
    );
    create table plugin_set (
      hash text primary key,
      audience text not null,
      plugins jsonb not null,
      core_digest text not null,
      subgraphs jsonb not null,
      sdl text not null,
      composed_at timestamptz not null default now()
    );
    create table tenant_plugin_set (
      tenant_id uuid primary key,
      hash text not null references plugin_set (hash),
      plugins jsonb not null,
      switched_at timestamptz not null default now()
    );
    create table hook_delivery (
      id uuid primary key,
      tenant_id uuid not null,
      tenant_slug text not null,
      plugin_id text not null,
      hook text not null,
      event jsonb not null,
      status text not null,
      attempts integer not null default 0,
      next_attempt_at timestamptz not null,
      last_error text,
      created_at timestamptz not null,
      finished_at timestamptz,
      unique (plugin_id, tenant_id, id)
    );
    create index hook_delivery_due on hook_delivery (next_attempt_at) where status = 'PENDING';
  `,
};

/** The installations of one tenant, with their configuration and secrets. */
export const tenant0001: SqlMigration = {
  name: '0001-installations',
  sql: `
    create table plugin_installation (
      id uuid primary key,
      plugin_id text not null unique,
      plugin_version text not null,
      version integer not null,
      status text not null,
      configuration jsonb not null,
      secrets text,
      configuration_version integer not null,
      granted_scopes jsonb not null,
      problems jsonb not null default '[]',
      database_url text,
      operation_id text,
      installed_at timestamptz,
      activated_at timestamptz,
      created_at timestamptz not null
    );
  `,
};
