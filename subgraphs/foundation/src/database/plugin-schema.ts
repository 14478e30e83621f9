import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { loginUrl } from './cluster.ts';
import { connectionOptions, withoutOurParameters } from './connection-options.ts';
import type { SqlMigration, TenantKey } from './database.ts';
import { applyMigrations, ensureLedger, ledgerOf, withSchemaLock } from './migrations.ts';
import { pluginRoleName, pluginSchemaName, quoted } from './names.ts';
import type { InstallationNames } from './shared.ts';
import { withClient } from './with-client.ts';

interface Place {
  readonly schema: string;
  readonly role: string;
}

/** Two for the running service, the rest for its migrations and a service that takes over from another. */
const connectionsPerInstallation = 4;
const migrationAtMostMs = 60_000;

/** Schema and login role of each plugin installation. The login reaches its own schema and nothing else, whatever SQL it sends. */
export const createPluginSchemas = (owner: pg.Pool, ownerUrl: string, { installation }: InstallationNames) => {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1));

  const find = async ({ id }: TenantKey, pluginId: string): Promise<Place | undefined> => {
    const { rows } = await owner.query<Place>('select schema, role from plexica.plugin_schema where tenant_id = $1 and plugin_id = $2', [
      id,
      pluginId,
    ]);
    return rows[0];
  };

  const put = async ({ id, slug }: TenantKey, pluginId: string): Promise<Place> => {
    await owner.query(
      'insert into plexica.plugin_schema (tenant_id, plugin_id, schema, role) values ($1, $2, $3, $4) on conflict do nothing',
      [id, pluginId, pluginSchemaName(slug, pluginId), pluginRoleName(installation, slug, pluginId)],
    );
    const place = await find({ id, slug }, pluginId);
    if (!place) throw new Error(`The schema of ${pluginId} in ${slug} is another installation's.`);
    return place;
  };

  const putPassword = async (client: pg.ClientBase, role: string): Promise<string> => {
    const password = randomBytes(24).toString('hex');
    await client.query(`alter role ${quoted(role)} password ${pg.escapeLiteral(password)}`);
    return loginUrl(withoutOurParameters(ownerUrl), database, { name: role, password });
  };

  const drop = (place: Place) =>
    withClient(owner, async (client) => {
      await client.query(`drop schema if exists ${quoted(place.schema)} cascade`);
      await dropLogin(client, place.role);
      await client.query('delete from plexica.plugin_schema where schema = $1', [place.schema]);
    });

  return {
    /** A hostile migration is no more than the plugin itself: it runs over the installation's own login, which has no other role to go back to. */
    async create(tenant: TenantKey, pluginId: string, migrations: readonly SqlMigration[]): Promise<{ url: string }> {
      const { schema, role } = await put(tenant, pluginId);
      return withClient(owner, (client) =>
        withSchemaLock(client, schema, async () => {
          await putLogin(client, role, schema, database);
          await client.query(`create schema if not exists ${quoted(schema)}`);
          await ensureLedger(client, schema);
          await client.query(`
            grant usage, create on schema ${quoted(schema)} to ${quoted(role)};
            grant select, insert on ${ledgerOf(schema)} to ${quoted(role)}`);
          const url = await putPassword(client, role);
          await migrateAs(loginUrl(ownerUrl, database, loginOf(url)), schema, migrations).catch(async (error) => {
            await endConnections(client, role);
            throw error;
          });
          return { url };
        }),
      );
    },
    async rotate(tenant: TenantKey, pluginId: string): Promise<{ url: string }> {
      const place = await find(tenant, pluginId);
      if (!place) throw new Error(`${pluginId} has no login in ${tenant.slug}.`);
      return { url: await withClient(owner, (client) => putPassword(client, place.role)) };
    },
    async drop(tenant: TenantKey, pluginId: string): Promise<void> {
      const place = await find(tenant, pluginId);
      if (place) await drop(place);
    },
    async dropAll({ id }: TenantKey): Promise<void> {
      const { rows } = await owner.query<Place>('select schema, role from plexica.plugin_schema where tenant_id = $1', [id]);
      for (const place of rows) await drop(place);
    },
    async count(tenant: TenantKey, pluginId: string): Promise<Record<string, number>> {
      const place = await find(tenant, pluginId);
      return place ? withClient(owner, (client) => countRecords(client, place.schema)) : {};
    },
  };
};

const putLogin = async (client: pg.ClientBase, role: string, schema: string, database: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) await client.query(`create role ${quoted(role)} nologin`);
  await client.query(`
    alter role ${quoted(role)} login noinherit connection limit ${connectionsPerInstallation};
    alter role ${quoted(role)} set search_path = ${quoted(schema)};
    grant connect on database ${quoted(database)} to ${quoted(role)}`);
  // On PostgreSQL 16 and newer its maker may end its connections and drop what it owns only after granting the role to itself.
  await client.query(`grant ${quoted(role)} to current_user`);
};

const dropLogin = async (client: pg.ClientBase, role: string): Promise<void> => {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (!rowCount) return;
  await client.query(`alter role ${quoted(role)} nologin`);
  await client.query(`grant ${quoted(role)} to current_user`);
  await endConnections(client, role);
  await client.query(`drop owned by ${quoted(role)} cascade`);
  await client.query(`drop role ${quoted(role)}`);
};

const endConnections = (client: pg.ClientBase, role: string) =>
  client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);

const loginOf = (url: string) => {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password };
};

const migrateAs = async (url: string, schema: string, migrations: readonly SqlMigration[]): Promise<void> => {
  const client = new pg.Client({
    ...connectionOptions(url, { poolMax: 1, statementTimeoutMs: 0, applicationName: 'plexica-migration' }),
    query_timeout: migrationAtMostMs,
  });
  // Its end while it is idle shows in the next query.
  client.on('error', () => {});
  await client.connect();
  try {
    await applyMigrations(client, schema, migrations);
  } finally {
    await client.end();
  }
};

// Row security off: a policy is the plugin's own code, and would run with the rights of whoever counts.
const countRecords = async (client: pg.ClientBase, schema: string): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  await client.query('begin read only');
  try {
    await client.query('set local row_security = off');
    const { rows } = await client.query<{ tablename: string }>(
      `select tablename from pg_catalog.pg_tables where schemaname = $1 and tablename <> 'migration' order by 1`,
      [schema],
    );
    for (const { tablename } of rows) {
      const counted = await client.query<{ count: string }>(`select count(*) from ${quoted(schema)}.${quoted(tablename)}`);
      counts[tablename] = Number(counted.rows[0]?.count ?? 0);
    }
    return counts;
  } finally {
    await client.query('rollback');
  }
};
