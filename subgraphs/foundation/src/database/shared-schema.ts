import type { SqlMigration } from './database.ts';

/** What the foundation itself keeps in the shared schema. */
export const foundationSharedMigrations: readonly SqlMigration[] = [
  {
    name: 'foundation/0001-tenants-and-outbox',
    sql: `
      create table tenant_schema (
        tenant_id uuid primary key,
        slug text not null,
        schema text not null unique,
        role text not null unique
      );

      create table outbox (
        id bigint generated always as identity primary key,
        event_id uuid not null unique,
        tenant_id uuid not null,
        kind text not null check (kind in ('event', 'operation')),
        name text not null,
        data jsonb not null,
        recorded_at timestamptz not null default now(),
        recorded_by name not null default current_user,
        transaction xid8 not null default pg_current_xact_id(),
        admitted boolean not null default false
      );
      create index outbox_by_tenant on outbox (tenant_id, transaction, id);
      create index outbox_to_admit on outbox (id) where kind = 'operation' and not admitted;

      -- Two triggers, since one that may read tenant_schema no longer knows who is writing.
      create function outbox_note_writer() returns trigger language plpgsql as $$
      begin
        new.recorded_by := current_user;
        new.transaction := pg_current_xact_id();
        new.admitted := false;
        return new;
      end $$;
      create function outbox_name_tenant() returns trigger language plpgsql security definer set search_path = plexica, pg_temp as $$
      declare writer_tenant uuid;
      begin
        select tenant_id into writer_tenant from tenant_schema where role = new.recorded_by;
        if writer_tenant is not null then new.tenant_id := writer_tenant; end if;
        if new.tenant_id is null then raise exception 'an outbox row without a tenant'; end if;
        return new;
      end $$;
      create function outbox_announce() returns trigger language plpgsql as $$
      begin
        perform pg_notify('plexica_outbox', '');
        return null;
      end $$;
      create trigger outbox_3_announce after insert on outbox for each statement execute function outbox_announce();
      create trigger outbox_1_note_writer before insert on outbox for each row execute function outbox_note_writer();
      create trigger outbox_2_name_tenant before insert on outbox for each row execute function outbox_name_tenant();

      create table event_cursor (
        consumer text not null,
        tenant_id uuid not null,
        -- Events are ordered by their transaction, then by their place in it.
        transaction xid8 not null default '0',
        position bigint not null default 0,
        failures integer not null default 0,
        retry_at timestamptz,
        last_error text,
        primary key (consumer, tenant_id)
      );

      create table operation (
        id uuid primary key,
        tenant_id uuid not null,
        kind text not null,
        status text not null,
        input jsonb not null,
        steps jsonb not null default '[]',
        error text,
        requested_at timestamptz not null default now(),
        started_at timestamptz,
        finished_at timestamptz
      );
      create index operation_by_tenant on operation (tenant_id, requested_at desc);

      create table audit_entry (
        id uuid primary key,
        at timestamptz not null default now(),
        actor_id uuid,
        actor_email text,
        action text not null,
        target_type text,
        target_id text,
        before jsonb,
        after jsonb,
        request_id text
      );

      create table signing_key (
        id text primary key,
        public_jwk jsonb not null,
        private_sealed text not null,
        created_at timestamptz not null default now()
      );
    `,
  },
];

/** What the foundation keeps in each tenant's schema. */
export const foundationTenantMigrations: readonly SqlMigration[] = [
  {
    name: 'foundation/0001-audit',
    sql: `
      create table audit_entry (
        id uuid primary key,
        at timestamptz not null default now(),
        actor_id uuid,
        actor_email text,
        action text not null,
        target_type text,
        target_id text,
        before jsonb,
        after jsonb,
        request_id text
      );
      create index audit_entry_by_time on audit_entry (at desc, id desc);
    `,
  },
];

/** Rows that are written once: the tenant's role may insert and read them, never change or delete them. */
export const insertOnlyTables = ['audit_entry'] as const;
