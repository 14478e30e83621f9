import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
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
    const holder = holders.getStore();
    if (holder && !holder.over) return locked(holder.client, name, work);
    return withClient(pool, async (client) => {
      const own: Holder = { client, over: false };
      try {
        return await holders.run(own, () => locked(client, name, work));
      } finally {
        own.over = true;
      }
    });
  };
};

const locked = async <T>(client: pg.PoolClient, name: string, work: () => Promise<T>): Promise<T> => {
  const key = [`plexica.exclusively.${name}`];
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', key);
  try {
    return await work();
  } finally {
    // A connection that broke has let go of its locks already.
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key).catch(() => {});
  }
};
