import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { databaseAway } from '../away.ts';
import { connectionOptions, withoutOurParameters } from './connection-options.ts';
import { type Database, type PersistenceModule, platformTenant, sharedReport, type TenantKey } from './database.ts';
import { createExclusively } from './exclusively.ts';
import { foundationEntities } from './foundation.entities.ts';
import { watchTransactions } from './lost-connections.ts';
import { createPluginSchemas } from './plugin-schema.ts';
import { migrateShared } from './shared.ts';
import { createTenantSchemas } from './tenant-schema.ts';

export interface DatabaseOptions {
  /** The login that serves requests; owns nothing. */
  readonly url: string;
  /** The login that makes schemas and roles. */
  readonly ownerUrl: string;
  readonly installation: string;
  readonly modules: readonly PersistenceModule[];
  /** Connections that serve requests, where the URL says nothing of `pool_max`. */
  readonly poolSize?: number;
}

/** The login that serves requests: a statement that takes longer than this serves nobody any more. */
export const appDefaults = { poolMax: 20, statementTimeoutMs: 15_000 };

/** The login that makes and migrates schemas, which may take its time. */
export const ownerDefaults = { poolMax: 6, statementTimeoutMs: 0 };

/** Connects, brings the shared schema up to date, and answers the one way to PostgreSQL. */
export const createDatabase = async ({
  url,
  ownerUrl,
  installation,
  modules,
  poolSize = appDefaults.poolMax,
}: DatabaseOptions): Promise<Database> => {
  const ofOwner = (applicationName: string) => connectionOptions(ownerUrl, { ...ownerDefaults, applicationName });
  const owner = new pg.Pool(ofOwner('plexica-owner'));
  // A connection that PostgreSQL closes while it is idle is replaced by the next use; nothing is lost.
  owner.on('error', () => {});
  // Apart from the others: who holds one of these waits for work that needs one of those.
  const locks = new pg.Pool({ ...ofOwner('plexica-locks'), max: 10, statement_timeout: 0, query_timeout: 0 });
  locks.on('error', () => {});
  const appRole = decodeURIComponent(new URL(url).username);
  const names = { installation, appRole, tenantsRole: `${installation}_tenants` };
  const applied = await migrateShared(owner, modules, names);
  const app = connectionOptions(url, { ...appDefaults, poolMax: poolSize, applicationName: 'plexica' });
  const { connectionString: _, max: __, ...limits } = app;
  const orm = await MikroORM.init({
    clientUrl: app.connectionString,
    entities: [...foundationEntities, ...modules.flatMap(({ entities }) => [...entities])],
    pool: { min: 0, max: app.max },
    driverOptions: { ...limits, onPoolCreated: watchTransactions },
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    implicitTransactions: true,
    allowGlobalContext: false,
  });
  const tenants = createTenantSchemas(owner, modules, { ...names, lookupMs: app.query_timeout });
  const plugins = createPluginSchemas(owner, ownerUrl, names);

  return {
    platform: (work) =>
      orm.em
        .fork({ schema: 'plexica' })
        .transactional((em) => work(em))
        .catch(databaseAway),
    async tenant(tenantId, work) {
      const { schema, role } = await tenants.locate(tenantId).catch(databaseAway);
      const em = orm.em.fork({ schema });
      em.setSessionContext({ role });
      return em
        .transactional((transaction) => work(transaction))
        .catch(async (error: unknown) => {
          // Another process may have dropped the tenant: its place is looked up anew, and not found.
          if (isNotThere(error) && tenants.forget(tenantId)) await tenants.locate(tenantId).catch(databaseAway);
          return databaseAway(error);
        });
    },
    exclusively: createExclusively(locks),
    tenantKey: (tenantId) => tenants.find(tenantId),
    createTenantSchema: (tenant) => tenants.create(tenant),
    async dropTenantSchema(tenant) {
      // Plugin schemas are found by slug, and the slug may have another bearer by now.
      if (!(await tenants.exists(tenant.id))) return;
      await plugins.dropAll(tenant);
      await tenants.drop(tenant);
    },
    createPluginSchema: async (tenant, pluginId, migrations) => {
      await tenants.locate(tenant.id);
      return plugins.create(tenant, pluginId, migrations);
    },
    currentUrl: (url) => loginOn(ownerUrl, url),
    rotatePluginLogin: (tenant, pluginId) => plugins.rotate(tenant, pluginId),
    dropPluginSchema: (tenant, pluginId) => plugins.drop(tenant, pluginId),
    countPluginRecords: (tenant, pluginId) => plugins.count(tenant, pluginId),
    migrate: async () => [{ tenant: sharedReport, applied }, ...(await tenants.migrateAll())],
    async ping() {
      await Promise.all([owner.query('select 1'), orm.em.fork().getConnection().execute('select 1')]);
    },
    async stop() {
      await orm.close(true);
      await Promise.all([owner.end(), locks.end()]);
    },
  };
};

/** PostgreSQL knows no such role, schema or table, or keeps them from this login. */
const isNotThere = (error: unknown): boolean =>
  /^(22023|3F000|42P01|42501)$/.test(String((error as { readonly code?: unknown })?.code ?? ''));

export const isPlatformTenant = ({ id }: Pick<TenantKey, 'id'>): boolean => id === platformTenant.id;

/** The login of one URL on the server of another. */
const loginOn = (server: string, url: string): string => {
  const { username, password } = new URL(url);
  return Object.assign(new URL(withoutOurParameters(server)), { username, password }).href;
};
