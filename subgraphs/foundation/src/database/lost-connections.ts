import type pg from 'pg';

/**
 * Kysely gives the connection of a transaction back once its rollback succeeded, and so keeps one that broke for good, until none is
 * left. Where a transaction can't begin, or not end, its connection goes back to the pool here, which throws it away.
 */
export const giveBackLostConnections = (pool: pg.Pool): void => {
  pool.on('connect', (client) => {
    const send = client.query;
    const watched = (...args: unknown[]): unknown => {
      const answer: unknown = Reflect.apply(send, client, args);
      if (!isBoundary(args[0]) || !(answer instanceof Promise)) return answer;
      return answer.catch((error: Error) => {
        client.release(error);
        throw error;
      });
    };
    client.query = watched as typeof client.query;
  });
};

const isBoundary = (sql: unknown): boolean => typeof sql === 'string' && /^(begin|start transaction|rollback$)/.test(sql);
