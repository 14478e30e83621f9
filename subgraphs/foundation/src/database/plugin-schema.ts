import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { SqlMigration, TenantKey } from './database.ts';
import { migrateSchema } from './migrations.ts';
import { pluginRoleName, pluginSchemaName, quoted } from './names.ts';
import type { InstallationNames } from './shared.ts';

const connectionsPerInstallation = 4;

/** Schema and login role of each plugin installation. The login reaches its own schema and nothing else, whatever SQL it sends. */
export const createPluginSchemas = (owner: pg.Pool, ownerUrl: string, { installation }: InstallationNames) => {
  const locate = ({ slug }: TenantKey, pluginId: string) => ({
    schema: pluginSchemaName(slug, pluginId),
    role: pluginRoleName(installation, slug, pluginId),
  });

  const withClient = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await owner.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  };

  const drop = (schema: string, role: string) =>
    withClient(async (client) => {
      await client.query(`drop schema if exists ${quoted(schema)} cascade`);
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
      if (!rowCount) return;
      await client.query(`alter role ${quoted(role)} nologin`);
      await client.query(`grant ${quoted(role)} to current_user`);
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
      await client.query(`drop owned by ${quoted(role)} cascade`);
      await client.query(`drop role ${quoted(role)}`);
    });

  const rotate = async (tenant: TenantKey, pluginId: string): Promise<{ url: string }> => {
    const { role } = locate(tenant, pluginId);
    const password = randomBytes(24).toString('hex');
    await withClient((client) => client.query(`alter role ${quoted(role)} password ${pg.escapeLiteral(password)}`));
    const url = new URL(ownerUrl);
    url.username = role;
    url.password = password;
    return { url: url.href };
  };

  return {
    rotate,
    async create(tenant: TenantKey, pluginId: string, migrations: readonly SqlMigration[]): Promise<{ url: string }> {
      const { schema, role } = locate(tenant, pluginId);
      await withClient(async (client) => {
        const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
        if (!rowCount) await client.query(`create role ${quoted(role)} nologin`);
        await client.query(`alter role ${quoted(role)} login noinherit connection limit ${connectionsPerInstallation}`);
        await client.query(`alter role ${quoted(role)} set search_path = ${quoted(schema)}`);
        // On PostgreSQL 16 and newer its maker may act as the role only after granting it to itself.
        await client.query(`grant ${quoted(role)} to current_user`);
        await client.query(`grant connect on database ${quoted(databaseOf(ownerUrl))} to ${quoted(role)}`);
        await client.query(`create schema if not exists ${quoted(schema)}`);
        await client.query(`grant usage, create on schema ${quoted(schema)} to ${quoted(role)}`);
        // As the installation's own role: a migration can do no more harm than the plugin itself.
        await migrateSchema(client, schema, migrations, role);
      });
      return rotate(tenant, pluginId);
    },
    drop(tenant: TenantKey, pluginId: string): Promise<void> {
      const { schema, role } = locate(tenant, pluginId);
      return drop(schema, role);
    },
    async dropAll({ slug }: TenantKey): Promise<void> {
      const prefix = pluginSchemaName(slug, '');
      const { rows } = await owner.query<{ nspname: string }>('select nspname from pg_namespace where starts_with(nspname, $1)', [prefix]);
      for (const { nspname } of rows) await drop(nspname, pluginRoleName(installation, slug, nspname.slice(prefix.length)));
    },
    async count(tenant: TenantKey, pluginId: string): Promise<Record<string, number>> {
      const { schema } = locate(tenant, pluginId);
      const { rows } = await owner.query<{ tablename: string }>(
        `select tablename from pg_tables where schemaname = $1 and tablename not in ('migration') order by 1`,
        [schema],
      );
      const counts = await Promise.all(
        rows.map(({ tablename }) => owner.query<{ count: string }>(`select count(*) from ${quoted(schema)}.${quoted(tablename)}`)),
      );
      return Object.fromEntries(rows.map(({ tablename }, index) => [tablename, Number(counts[index]?.rows[0]?.count ?? 0)]));
    },
  };
};

const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));
