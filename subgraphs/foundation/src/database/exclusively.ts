import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { withAdvisoryLock } from './advisory-lock.ts';
import type { Database } from './database.ts';
import { withClient } from './with-client.ts';

/** The connection that holds the locks of the work under way. */
interface Holder {
  readonly client: pg.PoolClient;
  over: boolean;
}

/**
 * Advisory locks of PostgreSQL, which connections hold. Exclusive work within exclusive work locks by the connection it has: if it waited for
 * another one, as many at once as there are connections would wait for each other for ever.
 */
export const createExclusively = (pool: pg.Pool): Database['exclusively'] => {
  const holders = new AsyncLocalStorage<Holder>();
  return (name, work) => {
    const key = `plexica.exclusively.${name}`;
    const holder = holders.getStore();
    if (holder && !holder.over) return withAdvisoryLock(holder.client, key, work);
    return withClient(pool, async (client) => {
      const own: Holder = { client, over: false };
      try {
        return await holders.run(own, () => withAdvisoryLock(client, key, work));
      } finally {
        own.over = true;
      }
    });
  };
};
