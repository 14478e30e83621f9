import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { connectionOptions, urlProblems, withoutOurParameters } from './connection-options.ts';
import { createDatabase } from './create-database.ts';
import type { Database } from './database.ts';
import { aTestDatabase } from './testing/test-database.ts';

const defaults = { poolMax: 20, statementTimeoutMs: 15_000 };
const place = 'postgres://app:secret@db:5433/plexica';

describe('the parameters of a database URL', () => {
  it('set limits, and leave what they don’t name as it was', () => {
    expect(connectionOptions(place, defaults)).toMatchObject({ connectionString: place, max: 20, statement_timeout: 15_000, ssl: false });
    expect(connectionOptions(`${place}?pool_max=5&statement_timeout=0&connect_timeout=2`, defaults)).toMatchObject({
      connectionString: place,
      max: 5,
      connectionTimeoutMillis: 2_000,
    });
    expect(connectionOptions(`${place}?statement_timeout=0`, defaults)).not.toHaveProperty('query_timeout');
  });

  it('are all named that are wrong', () => {
    expect(urlProblems(`${place}?pool_max=20&sslmode=require`)).toEqual([]);
    expect(urlProblems(`${place}?pool_max=0&sslmode=prefer&poolsize=3`).join('\n')).toMatch(/pool_max[\s\S]*sslmode[\s\S]*poolsize/);
  });

  it('travel to a plugin only as far as they concern it', () => {
    expect(withoutOurParameters(`${place}?pool_max=5&sslmode=verify-full&sslrootcert=/etc/ca.pem`)).toBe(`${place}?sslmode=verify-full`);
    expect(withoutOurParameters(`${place}?pool_max=5`)).toBe(place);
  });
});

describe('a database with limits', () => {
  const execute = (database: Database, sql: string) =>
    database.platform((em) => em.getConnection().execute(sql, [], 'all', em.getTransactionContext()));

  it('ends a statement that takes too long, and goes on', async () => {
    await using test = await aTestDatabase();
    const database = await createDatabase({ ...test, url: `${test.url}?statement_timeout=200&pool_max=1`, modules: [] });

    await expect(execute(database, 'select pg_sleep(10)')).rejects.toThrow(/statement timeout/);

    expect(await execute(database, 'select 1 as one')).toEqual([{ one: 1 }]);
    await database.stop();
  });

  it('opens no more connections than it may, and lets nobody wait for one for ever', async () => {
    await using test = await aTestDatabase();
    const database = await createDatabase({ ...test, url: `${test.url}?pool_max=2&connect_timeout=1`, modules: [] });
    const slow = [1, 2].map(() => execute(database, 'select pg_sleep(3)'));
    await pause(300);

    const outcomes = await Promise.allSettled([...slow, execute(database, 'select 1')]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(
      await execute(
        database,
        `select count(*)::int as open from pg_stat_activity where usename = current_user and application_name = 'plexica'`,
      ),
    ).toEqual([{ open: 2 }]);
    await database.stop();
  });

  it('looks no longer for a tenant than for anything else, though the login that does has all the time it wants', async () => {
    await using test = await aTestDatabase();
    const database = await createDatabase({ ...test, url: `${test.url}?statement_timeout=100`, modules: [] });
    const other = new pg.Client({ connectionString: test.ownerUrl });
    await other.connect();
    await other.query('begin; lock table plexica.tenant_schema in access exclusive mode');

    await expect(database.tenant(randomUUID(), async () => 'found')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });

    await other.end();
    await expect(database.tenant(randomUUID(), async () => 'found')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' });
    await database.stop();
  });
});
