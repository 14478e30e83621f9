import type pg from 'pg';
import { databaseAway } from '../away.ts';

/** One connection of the pool for a piece of work; a broken one is not given back. */
export const withClient = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect().catch(databaseAway);
  let broken: Error | undefined;
  const notice = (error: Error) => {
    broken = error;
  };
  client.on('error', notice);
  try {
    return await work(client);
  } finally {
    client.off('error', notice);
    client.release(broken);
  }
};
