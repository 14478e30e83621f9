import { DomainError } from '@plexica/plugin-kit';
import type pg from 'pg';
import type { MigrationReport, PersistenceModule, TenantKey } from './database.ts';
import { applyMigrations, ensureLedger, withSchemaLock } from './migrations.ts';
import { quoted, tenantRoleName, tenantSchemaName } from './names.ts';
import type { InstallationNames } from './shared.ts';
import { foundationTenantMigrations, insertOnlyTables } from './shared-schema.ts';
import { withClient } from './with-client.ts';

interface Location {
  readonly schema: string;
  readonly role: string;
}

const parallelMigrations = 4;

interface TenantSchemaOptions extends InstallationNames {
  /** How long a tenant is looked for. The owner login itself has all the time that migrations take, and requests have not. */
  readonly lookupMs: number | undefined;
}

/** Schemas and roles of tenants: made, found, migrated and dropped by the owner login. */
export const createTenantSchemas = (owner: pg.Pool, modules: readonly PersistenceModule[], { lookupMs, ...names }: TenantSchemaOptions) => {
  // A tenant's schema and role never change while it exists, so a found one is kept.
  const known = new Map<string, Location>();
  const migrations = [
    ...foundationTenantMigrations,
    ...modules.flatMap(({ name, tenantMigrations }) => tenantMigrations.map((m) => ({ ...m, name: `${name}/${m.name}` }))),
  ];

  const lookUp = <Row extends pg.QueryResultRow>(columns: string, tenantId: string) => {
    const text = `select ${columns} from plexica.tenant_schema where tenant_id = $1`;
    // The driver reads the limit from a query too; its types do not say so.
    const query: pg.QueryConfig & { query_timeout: number | undefined } = { text, values: [tenantId], query_timeout: lookupMs };
    return owner.query<Row>(query);
  };

  const locate = async (tenantId: string): Promise<Location> => {
    const found = known.get(tenantId);
    if (found) return found;
    const { rows } = await lookUp<Location>('schema, role', tenantId);
    const location = rows[0];
    if (!location) throw new DomainError('TENANT_NOT_FOUND');
    known.set(tenantId, location);
    return location;
  };

  // The grants every time: a kill may have come between a migration and them. Under the lock, like all that two processes may do at once.
  const bringUp = (client: pg.PoolClient, { schema, role }: Location): Promise<string[]> =>
    withSchemaLock(client, schema, async () => {
      await ensureLedger(client, schema);
      const applied = await applyMigrations(client, schema, migrations);
      await grantTables(client, schema, role);
      return applied;
    });

  return {
    locate,
    /** For a place that turned out to be gone. */
    forget: (tenantId: string) => known.delete(tenantId),
    async find(tenantId: string): Promise<TenantKey | undefined> {
      const { rows } = await lookUp<TenantKey>('tenant_id as id, slug', tenantId);
      return rows[0];
    },
    /** As the database knows it now, not as it was found before. */
    async exists(tenantId: string): Promise<boolean> {
      const { rowCount } = await lookUp('1', tenantId);
      return Boolean(rowCount);
    },
    async create(tenant: TenantKey): Promise<void> {
      await withClient(owner, async (client) => {
        const location = await claim(client, tenant, {
          schema: tenantSchemaName(tenant.slug),
          role: tenantRoleName(names.installation, tenant),
        });
        await putRole(client, location.role, names);
        await client.query(`create schema if not exists ${quoted(location.schema)}`);
        await client.query(`grant usage on schema ${quoted(location.schema)} to ${quoted(location.role)}`);
        await bringUp(client, location);
      });
    },
    async drop(tenant: TenantKey): Promise<void> {
      known.delete(tenant.id);
      await withClient(owner, async (client) => {
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
      const queue = rows.entries();
      const worker = async () => {
        // One iterator for all workers: each takes the next that nobody took.
        for (const [index, { slug, ...location }] of queue) {
          const outcome = await withClient(owner, (client) => bringUp(client, location)).then(
            (applied) => ({ applied }),
            (error: unknown) => ({ applied: [], error: error instanceof Error ? error.message : String(error) }),
          );
          reports[index] = { tenant: slug, ...outcome };
        }
      };
      await Promise.all(Array.from({ length: parallelMigrations }, worker));
      return reports;
    },
  };
};

// The row is the claim: a schema of that name that is another tenant's, or nobody's, is never taken over.
const claim = async (client: pg.PoolClient, { id, slug }: TenantKey, place: Location): Promise<Location> => {
  const { rows } = await client.query<Location & { tenant_id: string }>(
    'select tenant_id, schema, role from plexica.tenant_schema where schema = $1',
    [place.schema],
  );
  const [found] = rows;
  if (found?.tenant_id === id) return found;
  const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [place.schema]);
  if (found || rowCount)
    throw new DomainError('SCHEMA_EXISTS', { message: `The database schema ${place.schema} exists and is not of this tenant.` });
  await client.query('insert into plexica.tenant_schema (tenant_id, slug, schema, role) values ($1, $2, $3, $4)', [
    id,
    slug,
    place.schema,
    place.role,
  ]);
  return place;
};

const putRole = async (client: pg.PoolClient, role: string, { appRole, tenantsRole }: InstallationNames): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) await client.query(`create role ${quoted(role)} nologin`);
  await client.query(`grant ${quoted(role)} to ${quoted(appRole)}`);
  await client.query(`grant ${quoted(tenantsRole)} to ${quoted(role)}`);
};

// One statement list is one transaction: at no time is more granted than at its end.
const grantTables = async (client: pg.PoolClient, schema: string, role: string): Promise<void> => {
  const [inSchema, to] = [quoted(schema), quoted(role)];
  await client.query(`
    grant select, insert, update, delete on all tables in schema ${inSchema} to ${to};
    grant usage on all sequences in schema ${inSchema} to ${to};
    revoke update, delete on ${insertOnlyTables.map((table) => `${inSchema}.${quoted(table)}`).join(', ')} from ${to};
    revoke all on ${inSchema}.migration from ${to}`);
};

const dropRole = async (client: pg.PoolClient, role: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) return;
  await client.query(`drop role ${quoted(role)}`);
};
