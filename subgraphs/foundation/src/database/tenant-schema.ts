import { DomainError } from '@plexica/plugin-kit';
import type pg from 'pg';
import type { MigrationReport, PersistenceModule, TenantKey } from './database.ts';
import { migrateSchema } from './migrations.ts';
import { quoted, tenantRoleName, tenantSchemaName } from './names.ts';
import type { InstallationNames } from './shared.ts';
import { foundationTenantMigrations, insertOnlyTables } from './shared-schema.ts';

interface Location {
  readonly schema: string;
  readonly role: string;
}

const parallelMigrations = 4;

/** Schemas and roles of tenants: made, found, migrated and dropped by the owner login. */
export const createTenantSchemas = (owner: pg.Pool, modules: readonly PersistenceModule[], names: InstallationNames) => {
  // A tenant's schema and role never change while it exists, so a found one is kept.
  const known = new Map<string, Location>();
  const migrations = [
    ...foundationTenantMigrations,
    ...modules.flatMap(({ name, tenantMigrations }) => tenantMigrations.map((m) => ({ ...m, name: `${name}/${m.name}` }))),
  ];

  const locate = async (tenantId: string): Promise<Location> => {
    const found = known.get(tenantId);
    if (found) return found;
    const { rows } = await owner.query<Location>('select schema, role from plexica.tenant_schema where tenant_id = $1', [tenantId]);
    const location = rows[0];
    if (!location) throw new DomainError('TENANT_NOT_FOUND');
    known.set(tenantId, location);
    return location;
  };

  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await owner.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  };

  const bringUp = async (client: pg.PoolClient, { schema, role }: Location): Promise<string[]> => {
    const applied = await migrateSchema(client, schema, migrations);
    if (applied.length) await grantTables(client, schema, role);
    return applied;
  };

  return {
    locate,
    async find(tenantId: string): Promise<TenantKey | undefined> {
      const { rows } = await owner.query<TenantKey>('select tenant_id as id, slug from plexica.tenant_schema where tenant_id = $1', [
        tenantId,
      ]);
      return rows[0];
    },
    /** As the database knows it now, not as it was found before. */
    async exists(tenantId: string): Promise<boolean> {
      const { rowCount } = await owner.query('select 1 from plexica.tenant_schema where tenant_id = $1', [tenantId]);
      return Boolean(rowCount);
    },
    async create(tenant: TenantKey): Promise<void> {
      const location = { schema: tenantSchemaName(tenant.slug), role: tenantRoleName(names.installation, tenant.slug) };
      await withClient(async (client) => {
        await claim(client, tenant, location);
        await putRole(client, location.role, names);
        await client.query(`create schema if not exists ${quoted(location.schema)}`);
        await client.query(`grant usage on schema ${quoted(location.schema)} to ${quoted(location.role)}`);
        await bringUp(client, location);
        await grantTables(client, location.schema, location.role);
      });
    },
    async drop(tenant: TenantKey): Promise<void> {
      known.delete(tenant.id);
      await withClient(async (client) => {
        const { rows } = await client.query<Location>('select schema, role from plexica.tenant_schema where tenant_id = $1', [tenant.id]);
        const location = rows[0];
        if (!location) return;
        await client.query(`drop schema if exists ${quoted(location.schema)} cascade`);
        await dropRole(client, location.role);
        await client.query('delete from plexica.tenant_schema where tenant_id = $1', [tenant.id]);
      });
    },
    async migrateAll(): Promise<MigrationReport[]> {
      const { rows } = await owner.query<Location & { slug: string }>('select slug, schema, role from plexica.tenant_schema order by slug');
      const reports: MigrationReport[] = [];
      const queue = [...rows];
      const worker = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          const { slug, ...location } = next;
          const outcome = await withClient((client) => bringUp(client, location)).then(
            (applied) => ({ applied }),
            (error: unknown) => ({ applied: [], error: error instanceof Error ? error.message : String(error) }),
          );
          reports.push({ tenant: slug, ...outcome });
        }
      };
      await Promise.all(Array.from({ length: parallelMigrations }, worker));
      return reports;
    },
  };
};

// The row is the claim: a schema of that name that is another tenant's, or nobody's, is never taken over.
const claim = async (client: pg.PoolClient, { id, slug }: TenantKey, { schema, role }: Location): Promise<void> => {
  const { rows } = await client.query<{ tenant_id: string }>('select tenant_id from plexica.tenant_schema where schema = $1', [schema]);
  if (rows[0]?.tenant_id === id) return;
  const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows[0] || rowCount)
    throw new DomainError('SCHEMA_EXISTS', { message: `The database schema ${schema} exists and is not of this tenant.` });
  await client.query('insert into plexica.tenant_schema (tenant_id, slug, schema, role) values ($1, $2, $3, $4)', [id, slug, schema, role]);
};

const putRole = async (client: pg.PoolClient, role: string, { appRole, tenantsRole }: InstallationNames): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) await client.query(`create role ${quoted(role)} nologin`);
  await client.query(`grant ${quoted(role)} to ${quoted(appRole)}`);
  await client.query(`grant ${quoted(tenantsRole)} to ${quoted(role)}`);
};

const grantTables = async (client: pg.PoolClient, schema: string, role: string): Promise<void> => {
  const [inSchema, to] = [quoted(schema), quoted(role)];
  await client.query(`grant select, insert, update, delete on all tables in schema ${inSchema} to ${to}`);
  await client.query(`grant usage on all sequences in schema ${inSchema} to ${to}`);
  for (const table of insertOnlyTables) await client.query(`revoke update, delete on ${inSchema}.${quoted(table)} from ${to}`);
  await client.query(`revoke all on ${inSchema}.migration from ${to}`);
};

const dropRole = async (client: pg.PoolClient, role: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) return;
  await client.query(`drop role ${quoted(role)}`);
};
