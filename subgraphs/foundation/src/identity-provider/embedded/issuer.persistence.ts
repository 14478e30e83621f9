import type { PersistenceModule } from '../../database/database.ts';
import { LogCheckpointEntity } from '../keycloak/log-checkpoint.ts';
import { AccountEntity, FailureEntity, RealmEntity, RecordEntity } from './issuer.entities.ts';

/** Tables of the identity providers, in the shared schema; most are the embedded issuer's. */
export const issuerPersistence: PersistenceModule = {
  name: 'issuer',
  entities: [RealmEntity, AccountEntity, RecordEntity, FailureEntity, LogCheckpointEntity] as unknown as PersistenceModule['entities'],
  sharedMigrations: [
    {
      name: '0001-issuer',
      sql: `
create table plexica.issuer_realm (
  slug text primary key,
  generation uuid not null,
  keys text not null,
  cookie_key text not null
);
create table plexica.issuer_account (
  realm text not null references plexica.issuer_realm (slug) on delete cascade,
  subject text not null,
  email text not null,
  username text not null,
  display_name text not null,
  enabled boolean not null,
  password_hash text,
  primary key (realm, subject)
);
create unique index issuer_account_username on plexica.issuer_account (realm, username) where enabled;
create table plexica.issuer_record (
  realm text not null references plexica.issuer_realm (slug) on delete cascade,
  model text not null,
  id_hash text not null,
  payload jsonb not null,
  grant_id text,
  account_id text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (realm, model, id_hash)
);
create index issuer_record_grant on plexica.issuer_record (realm, grant_id);
create index issuer_record_account on plexica.issuer_record (realm, account_id);
create index issuer_record_uid on plexica.issuer_record (realm, uid);
create index issuer_record_expiry on plexica.issuer_record (expires_at);
create table plexica.issuer_failure (
  realm text not null references plexica.issuer_realm (slug) on delete cascade,
  username_hash text not null,
  failures integer not null,
  last_at timestamptz not null,
  locked_until timestamptz,
  primary key (realm, username_hash)
);
create index issuer_failure_last on plexica.issuer_failure (last_at);
`,
    },
    {
      // Failures are counted for realms of other providers too.
      name: '0002-failures-of-any-realm',
      sql: 'alter table plexica.issuer_failure drop constraint issuer_failure_realm_fkey;',
    },
    {
      name: '0003-log-checkpoints',
      sql: `
create table plexica.issuer_log_checkpoint (
  realm text primary key,
  read_to timestamptz not null,
  seen jsonb not null,
  due_at timestamptz not null
);
create index issuer_log_checkpoint_due on plexica.issuer_log_checkpoint (due_at);
`,
    },
  ],
  tenantMigrations: [],
};
