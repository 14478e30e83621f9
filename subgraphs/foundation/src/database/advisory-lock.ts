import type pg from 'pg';
import { databaseAway } from '../away.ts';

/** Work under an advisory lock of PostgreSQL, held by this connection: whoever else wants the name waits. */
export const withAdvisoryLock = async <T>(client: pg.ClientBase, name: string, work: () => Promise<T>): Promise<T> => {
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]).catch(databaseAway);
  try {
    return await work();
  } finally {
    // A connection that broke has let go of its locks already.
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => {});
  }
};
