import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { createDatabase } from './create-database.ts';
import type { Database } from './database.ts';
import { aTestDatabase } from './testing/test-database.ts';

type Execute = <Row>(sql: string) => Promise<Row[]>;

const within = (database: Database, work: (execute: Execute) => Promise<unknown>) =>
  database.platform((em) => work((sql) => em.getConnection().execute(sql, [], 'all', em.getTransactionContext())));

describe('a connection that breaks', () => {
  it('costs its transaction and nothing else, however often it happens', async () => {
    await using test = await aTestDatabase();
    const database = await createDatabase({ ...test, modules: [], poolSize: 2 });
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    const cut = async (execute: Execute) => {
      const [row] = await execute<{ pid: number }>('select pg_backend_pid() as pid');
      await superuser.query('select pg_terminate_backend($1)', [row?.pid]);
    };
    const ask = () => within(database, (execute) => execute('select 1 as one'));

    for (let times = 0; times < 3; times += 1) {
      const inTheMiddle = within(database, async (execute) => {
        await cut(execute);
        await execute('select 1');
      });
      await expect(inTheMiddle).rejects.toThrow();
      const atItsEnd = within(database, async (execute) => {
        await execute("set local statement_timeout = '1s'");
        await cut(execute);
      });
      await expect(atItsEnd).rejects.toThrow();
      // Nothing was to be kept of one that only read, and it has read.
      await within(database, cut);
      // Idle ones that break as they are taken.
      await Promise.all([ask(), ask()]);
      const all = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename like '%app'`;
      await Promise.allSettled([superuser.query(all, [test.installation]), ask(), ask(), ask()]);
    }

    // One that was cut last may still be told of it.
    await vi.waitFor(async () => expect(await Promise.all([ask(), ask()])).toEqual([[{ one: 1 }], [{ one: 1 }]]));
    await superuser.end();
    await database.stop();
  });
});
