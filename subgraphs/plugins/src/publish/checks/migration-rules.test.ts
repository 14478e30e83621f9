import { describe, expect, it } from 'vitest';
import { checkMigrations } from './migration-rules.ts';

const codesOf = async (...sqls: string[]) =>
  (await checkMigrations({ migrations: sqls.map((sql, index) => ({ name: `000${index}-step`, sql })) })).map(({ code }) => code);

describe('a plugin’s migrations', () => {
  it('may add tables, columns, indexes, types, views and rows of their own', async () => {
    expect(
      await codesOf(
        `create type mood as enum ('good', 'bad');
         create table contact (id uuid primary key default gen_random_uuid(), name varchar(80) not null check (length(name) > 0), mood mood,
           score integer generated always as identity, data jsonb not null default '{}', at timestamptz not null default now());
         create table deal (id serial primary key, contact_id uuid references contact (id) on delete cascade);`,
        `alter table contact add column email text, add constraint email_once unique (email), alter column mood set default 'good';
         create unique index contact_name on contact (lower(name)) where mood = 'good';
         create view good_contact as select id, upper(name) as name, extract(year from at) as year from contact where mood = 'good'`,
        `insert into contact (name) select 'A' || n from generate_series(1, 3) n on conflict do nothing;
         update contact set email = lower(name) || '@example.test', data = jsonb_set(data, '{a}', '1');
         alter type mood add value 'mixed'`,
      ),
    ).toEqual([]);
  });

  const attacks: Record<string, [sql: string, code: string]> = {
    'another schema': ['create table plexica.mine (id int)', 'MIGRATION_SCHEMA'],
    'another schema in a query': ['insert into mine select id from tenant_acme."user"', 'MIGRATION_SCHEMA'],
    'another schema in a foreign key': ['create table mine (id uuid references plexica.tenant (id))', 'MIGRATION_SCHEMA'],
    'another schema in a type': ['create table mine (id other.mood)', 'MIGRATION_SCHEMA'],
    'a function of another schema': ['create table mine (id text default other.secret())', 'MIGRATION_SCHEMA'],
    'the catalogs': ['create view mine as select rolname from pg_authid', 'MIGRATION_SCHEMA'],
    'a look at objects by name': [`create table mine (id oid default 'plexica.tenant'::regclass)`, 'MIGRATION_FORBIDDEN'],
    'a change of role': ['set role postgres', 'MIGRATION_FORBIDDEN'],
    'a change of role by function': [`insert into mine select set_config('role', 'postgres', false)`, 'MIGRATION_FUNCTION'],
    'the same by its full name': [`insert into mine select pg_catalog.set_config('role', 'x', false)`, 'MIGRATION_FUNCTION'],
    'reading files': [`insert into mine select pg_read_file('/etc/passwd')`, 'MIGRATION_FUNCTION'],
    sleeping: ['insert into mine select pg_sleep(1000)', 'MIGRATION_FUNCTION'],
    'queries by text': [`insert into mine select query_to_xml('select 1', true, false, '')`, 'MIGRATION_FUNCTION'],
    'a search path': ['set search_path = plexica', 'MIGRATION_FORBIDDEN'],
    'the end of the transaction': ['commit', 'MIGRATION_FORBIDDEN'],
    'a role': ['create role mine login superuser', 'MIGRATION_FORBIDDEN'],
    'a grant': ['grant all on mine to public', 'MIGRATION_FORBIDDEN'],
    'a schema': ['create schema mine', 'MIGRATION_FORBIDDEN'],
    'an extension': ['create extension dblink', 'MIGRATION_FORBIDDEN'],
    'a function': ['create function mine() returns int language sql as $$ select 1 $$', 'MIGRATION_FORBIDDEN'],
    'a function in an unsafe language': [`create function mine() returns int language plpythonu as 'x'`, 'MIGRATION_FORBIDDEN'],
    'a code block': ['do $$ begin execute $x$drop table a$x$; end $$', 'MIGRATION_FORBIDDEN'],
    'a trigger': ['create trigger t after insert on mine execute function mine()', 'MIGRATION_FORBIDDEN'],
    'copying from a program': [`copy mine from program 'id'`, 'MIGRATION_FORBIDDEN'],
    listening: ['listen plexica_outbox', 'MIGRATION_FORBIDDEN'],
    'dropping a table': ['drop table mine', 'MIGRATION_FORBIDDEN'],
    'deleting rows': ['delete from mine', 'MIGRATION_FORBIDDEN'],
    'deleting rows within a query': [
      'with gone as (delete from mine returning id) insert into other_mine select id from gone',
      'MIGRATION_FORBIDDEN',
    ],
    'emptying a table': ['truncate mine', 'MIGRATION_FORBIDDEN'],
    renaming: ['alter table mine rename column a to b', 'MIGRATION_FORBIDDEN'],
    'moving to another schema': ['alter table mine set schema plexica', 'MIGRATION_FORBIDDEN'],
    'another owner': ['alter table mine owner to postgres', 'MIGRATION_NOT_ADDITIVE'],
    'dropping a column': ['alter table mine drop column a', 'MIGRATION_NOT_ADDITIVE'],
    'changing a column’s type': ['alter table mine alter column a type text', 'MIGRATION_NOT_ADDITIVE'],
    'a tablespace': ['create table mine (id int) tablespace fast', 'MIGRATION_FORBIDDEN'],
    'an index outside the transaction': ['create index concurrently on mine (a)', 'MIGRATION_FORBIDDEN'],
    'the ledger of migrations': [`insert into migration values ('0002-b', 'x', now())`, 'MIGRATION_RESERVED'],
    'no SQL': ['create tabel mine', 'MIGRATION_INVALID'],
  };
  for (const [attack, [sql, code]] of Object.entries(attacks))
    it(`refuse ${attack}`, async () => {
      expect(await codesOf(sql)).toContain(code);
    });

  it('come in the order of their names, each once', async () => {
    const sql = 'create table a (id int)';
    const inOrder = (...names: string[]) => checkMigrations({ migrations: names.map((name) => ({ name, sql })) });
    expect((await inOrder('0001-a', '0001-a')).map(({ code }) => code)).toEqual(['MIGRATION_ORDER']);
    expect((await inOrder('0002-a', '0001-b')).map(({ code }) => code)).toEqual(['MIGRATION_ORDER']);
  });
});
