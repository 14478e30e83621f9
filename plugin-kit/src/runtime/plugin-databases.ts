import { type EntityManager, type EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';

/** Connections per installation: enough for a plugin, few enough for thousands of tenants. */
const connectionsAtMost = 2;
const idleMs = 10_000;
const installationsAtMost = 200;

/** The plugin's own schemas, one login per installation; opened when first used, closed when idle. */
export const createPluginDatabases = (entities: readonly object[]) => {
  const open = new LRUCache<string, Promise<MikroORM>>({
    max: installationsAtMost,
    dispose: (orm) => void orm.then((closing) => closing.close(true)).catch(() => {}),
  });
  const connect = (url: string): Promise<MikroORM> => {
    const known = open.get(url);
    if (known) return known;
    const orm = MikroORM.init({
      clientUrl: url,
      entities: [...entities] as EntitySchema[],
      pool: { min: 0, max: connectionsAtMost, idleTimeoutMillis: idleMs },
      discovery: { warnWhenNoEntities: false },
      driverOptions: { ssl: tlsOf(url) },
      ensureDatabase: false,
      allowGlobalContext: false,
    });
    open.set(url, orm);
    orm.catch(() => open.delete(url));
    return orm;
  };
  return {
    async transaction<T>(url: string, work: (em: EntityManager) => Promise<T>): Promise<T> {
      const orm = await connect(url);
      return orm.em.fork().transactional((em) => work(em));
    },
    async stop() {
      const all = await Promise.allSettled([...open.values()]);
      open.clear();
      await Promise.all(all.map((orm) => (orm.status === 'fulfilled' ? orm.value.close(true) : undefined)));
    },
  };
};

// The platform says whether its server wants TLS; whom a certificate must come from is this machine's to know.
const tlsOf = (url: string) => {
  const mode = new URL(url).searchParams.get('sslmode') ?? 'disable';
  return mode !== 'disable' && { rejectUnauthorized: mode !== 'require' };
};

export type PluginDatabases = ReturnType<typeof createPluginDatabases>;
