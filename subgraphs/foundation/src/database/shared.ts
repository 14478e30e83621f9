import type pg from 'pg';
import type { PersistenceModule } from './database.ts';
import { migrateSchema } from './migrations.ts';
import { quoted } from './names.ts';
import { foundationSharedMigrations } from './shared-schema.ts';

/** Cluster-wide names of one installation. */
export interface InstallationNames {
  readonly installation: string;
  /** Login that serves requests. */
  readonly appRole: string;
  /** Group of all tenant roles: what each of them may do on the shared schema. */
  readonly tenantsRole: string;
}

/** Makes the shared schema and brings it up to date: all of it for the app, and for tenant roles the outbox, to insert. Answers what it applied. */
export const migrateShared = async (owner: pg.Pool, modules: readonly PersistenceModule[], names: InstallationNames): Promise<string[]> => {
  const client = await owner.connect();
  const [app, tenants] = [quoted(names.appRole), quoted(names.tenantsRole)];
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', ['plexica.shared']);
    await client.query('create schema if not exists plexica');
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [names.tenantsRole]);
    if (!rowCount) await client.query(`create role ${tenants} nologin`);
    const migrations = modules.flatMap(({ name, sharedMigrations }) => sharedMigrations.map((m) => ({ ...m, name: `${name}/${m.name}` })));
    const applied = await migrateSchema(client, 'plexica', [...foundationSharedMigrations, ...migrations]);
    await client.query(`
      grant usage on schema plexica to ${app}, ${tenants};
      grant select, insert, update, delete on all tables in schema plexica to ${app};
      grant usage on all sequences in schema plexica to ${app};
      revoke update, delete on plexica.audit_entry from ${app};
      revoke all on plexica.migration from ${app};
      revoke insert, update, delete on plexica.tenant_schema, plexica.plugin_schema, plexica.tenant_position from ${app};
      revoke insert on plexica.outbox from ${tenants};
      grant insert (event_id, tenant_id, kind, name, data) on plexica.outbox to ${tenants};
    `);
    return applied;
  } finally {
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', ['plexica.shared']).catch(() => {});
    client.release();
  }
};
