import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { type Database, type PersistenceModule, platformTenant, type TenantKey } from './database.ts';
import { foundationEntities } from './foundation.entities.ts';
import { giveBackLostConnections } from './lost-connections.ts';
import { createPluginSchemas } from './plugin-schema.ts';
import { migrateShared } from './shared.ts';
import { createTenantSchemas } from './tenant-schema.ts';
import { withClient } from './with-client.ts';

export interface DatabaseOptions {
  /** The login that serves requests; owns nothing. */
  readonly url: string;
  /** The login that makes schemas and roles. */
  readonly ownerUrl: string;
  readonly installation: string;
  readonly modules: readonly PersistenceModule[];
  /** Connections that serve requests. */
  readonly poolSize?: number;
}

/** Connects, brings the shared schema up to date, and answers the one way to PostgreSQL. */
export const createDatabase = async ({ url, ownerUrl, installation, modules, poolSize = 20 }: DatabaseOptions): Promise<Database> => {
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 6, application_name: 'plexica-owner' });
  // A connection that PostgreSQL closes while it is idle is replaced by the next use; nothing is lost.
  owner.on('error', () => {});
  // Apart from the others: who holds one of these waits for work that needs one of those.
  const locks = new pg.Pool({ connectionString: ownerUrl, max: 10, application_name: 'plexica-locks' });
  locks.on('error', () => {});
  const appRole = decodeURIComponent(new URL(url).username);
  const names = { installation, appRole, tenantsRole: `${installation}_tenants` };
  await migrateShared(owner, modules, names);
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [...foundationEntities, ...modules.flatMap(({ entities }) => [...entities])],
    pool: { min: 0, max: poolSize },
    driverOptions: { onPoolCreated: giveBackLostConnections },
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    implicitTransactions: true,
    allowGlobalContext: false,
  });
  const tenants = createTenantSchemas(owner, modules, names);
  const plugins = createPluginSchemas(owner, ownerUrl, names);

  return {
    platform: (work) => orm.em.fork({ schema: 'plexica' }).transactional((em) => work(em)),
    async tenant(tenantId, work) {
      const { schema, role } = await tenants.locate(tenantId);
      const em = orm.em.fork({ schema });
      em.setSessionContext({ role });
      let begun = false;
      const transaction = em.transactional((transaction) => {
        begun = true;
        return work(transaction);
      });
      return transaction.catch(async (error: unknown) => {
        // Another process may have dropped the tenant: its place is looked up anew, and not found.
        if (!begun && tenants.forget(tenantId)) await tenants.locate(tenantId);
        throw error;
      });
    },
    exclusively: (name, work) =>
      withClient(locks, async (client) => {
        const key = [`plexica.exclusively.${name}`];
        await client.query('select pg_advisory_lock(hashtextextended($1, 0))', key);
        try {
          return await work();
        } finally {
          // A connection that broke has let go of its locks already.
          await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key).catch(() => {});
        }
      }),
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
    migrate: () => tenants.migrateAll(),
    async ping() {
      await Promise.all([owner.query('select 1'), orm.em.fork().getConnection().execute('select 1')]);
    },
    async stop() {
      await orm.close(true);
      await Promise.all([owner.end(), locks.end()]);
    },
  };
};

export const isPlatformTenant = ({ id }: Pick<TenantKey, 'id'>): boolean => id === platformTenant.id;

/** The login of one URL on the server of another. */
const loginOn = (server: string, url: string): string => {
  const { username, password } = new URL(url);
  return Object.assign(new URL(server), { username, password }).href;
};
