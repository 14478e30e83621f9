import type pg from 'pg';
import { beginLate } from './begin-late.ts';

/**
 * Kysely gives the connection of a transaction back once its rollback succeeded, and so keeps one that broke for good, until none is
 * left. Where a transaction can't end, its connection goes back to the pool here, which throws it away. One whose commit nobody waited
 * for goes back when that is done: should it break meanwhile, it costs nobody else.
 */
export const watchTransactions = (pool: pg.Pool): void => {
  const endings = new WeakMap<pg.PoolClient, Promise<unknown>>();
  pool.on('connect', (client) => {
    const send = beginLate(client.query.bind(client) as (...args: unknown[]) => unknown, (commit) => endings.set(client, commit));
    const watched = (...args: unknown[]): unknown => {
      const answer = send(...args);
      if (args[0] !== 'rollback' || !(answer instanceof Promise)) return answer;
      return answer.catch((error: Error) => {
        client.release(error);
        throw error;
      });
    };
    client.query = watched as typeof client.query;
  });
  const { connect } = pool;
  pool.connect = (async () => {
    const client: pg.PoolClient = await Reflect.apply(connect, pool, []);
    const { release } = client;
    client.release = (error) => {
      const commit = error ? undefined : endings.get(client);
      endings.delete(client);
      if (!commit) return release(error);
      void commit.then(
        () => release(),
        (broken: Error) => release(broken),
      );
    };
    return client;
  }) as typeof connect;
};
