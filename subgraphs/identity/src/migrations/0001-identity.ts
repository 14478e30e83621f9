import type { SqlMigration } from '@plexica/foundation/database';

export const identity0001: SqlMigration = {
  name: '0001-identity',
  sql: `
create table "user" (
  id uuid primary key,
  email text not null,
  username text not null,
  display_name text not null,
  status text not null check (status in ('INVITED', 'ACTIVE', 'DISABLED')),
  locale text,
  timezone text,
  avatar_url text,
  last_sign_in_at timestamptz,
  created_at timestamptz not null,
  version integer not null
);
create unique index user_username on "user" (username);
create index user_display_name on "user" (display_name, id);
create index user_created_at on "user" (created_at, id);
create table role (
  id uuid primary key,
  name text not null,
  description text not null,
  built_in boolean not null,
  permissions text[] not null,
  version integer not null
);
create unique index role_name on role (lower(name));
create table user_role (
  user_id uuid not null references "user" (id) on delete cascade,
  role_id uuid not null references role (id) on delete cascade,
  primary key (user_id, role_id)
);
create index user_role_role on user_role (role_id);
create table plugin_permission (
  name text primary key,
  plugin_id text not null,
  description text not null,
  roles text[] not null
);
create index plugin_permission_plugin on plugin_permission (plugin_id);
create table session (
  id text primary key,
  user_id uuid not null references "user" (id) on delete cascade,
  started_at timestamptz not null,
  ended_at timestamptz,
  added jsonb not null
);
create index session_by_user on session (user_id, started_at);
create table invitation (
  id uuid primary key,
  user_id uuid not null references "user" (id) on delete cascade,
  token_hash text not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitation_user on invitation (user_id);
`,
};
