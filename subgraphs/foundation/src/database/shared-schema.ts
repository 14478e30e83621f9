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
  {
    name: 'foundation/0002-order-by-tenant',
    sql: `
      -- The last event of each tenant. Its row lock makes the transactions of one tenant commit in the order of their events,
      -- whatever else runs on the server, and the order survives a dump and restore.
      create table tenant_position (
        tenant_id uuid primary key,
        -- Kept beyond the tenant: its last events are told after its schema is gone.
        slug text not null,
        position bigint not null
      );
      alter table outbox add column position bigint, add column tenant_slug text not null default '';
      update outbox o set position = n.position
        from (select id, row_number() over (partition by tenant_id order by transaction, id) as position from outbox where kind = 'event') n
       where n.id = o.id;
      update outbox o set tenant_slug = t.slug from tenant_schema t where t.tenant_id = o.tenant_id;
      insert into tenant_position select tenant_id, max(tenant_slug), max(position) from outbox where kind = 'event' group by tenant_id;
      update event_cursor c set position = coalesce((
        select max(o.position) from outbox o
         where o.tenant_id = c.tenant_id and o.kind = 'event' and (o.transaction, o.id) <= (c.transaction, c.position)), 0);
      alter table outbox drop column transaction;
      alter table event_cursor drop column transaction, add column served_at timestamptz;
      create unique index outbox_by_position on outbox (tenant_id, position) where kind = 'event';
      create index outbox_by_age on outbox (recorded_at);

      create or replace function outbox_note_writer() returns trigger language plpgsql as $$
      begin
        new.recorded_by := current_user;
        new.admitted := false;
        new.position := null;
        return new;
      end $$;
      create or replace function outbox_name_tenant() returns trigger language plpgsql security definer set search_path = plexica, pg_temp as $$
      declare writer_tenant uuid; known_slug text;
      begin
        select tenant_id into writer_tenant from tenant_schema where role = new.recorded_by;
        if writer_tenant is not null then new.tenant_id := writer_tenant; end if;
        select slug into known_slug from tenant_schema where tenant_id = new.tenant_id;
        new.tenant_slug := coalesce(known_slug, '');
        if new.kind = 'event' then
          insert into tenant_position as p (tenant_id, slug, position) values (new.tenant_id, new.tenant_slug, 1)
          on conflict (tenant_id) do update set position = p.position + 1, slug = coalesce(known_slug, p.slug)
          returning p.position, p.slug into new.position, new.tenant_slug;
        end if;
        return new;
      end $$;
    `,
  },
  {
    name: 'foundation/0003-plugin-schemas',
    sql: `
      create table plugin_schema (
        tenant_id uuid not null references tenant_schema,
        plugin_id text not null,
        schema text not null unique,
        role text not null unique,
        primary key (tenant_id, plugin_id)
      );
      insert into plugin_schema
        select t.tenant_id, replace(substr(n.nspname, length(t.schema) + 3), '_', '-'), n.nspname, r.rolname
          from tenant_schema t
          join pg_namespace n on starts_with(n.nspname, t.schema || '__')
          join pg_roles r on r.rolconfig && array['search_path=' || n.nspname, 'search_path=' || quote_ident(n.nspname)]
         where has_schema_privilege(r.oid, n.oid, 'create');
    `,
  },
  {
    name: 'foundation/0004-events-sent-elsewhere',
    sql: `
      -- Set where a group left events of a tenant to the outbox: until it has caught up there, it takes none from elsewhere.
      alter table event_cursor add column catching_up boolean not null default false;
      create index event_cursor_catching_up on event_cursor (consumer) where catching_up;

      -- What an event carries outside this database is encrypted with its tenant's key; without the key it is noise.
      create table tenant_event_key (
        id uuid primary key,
        tenant_id uuid not null unique,
        sealed text not null,
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
