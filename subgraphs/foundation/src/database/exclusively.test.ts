import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { aTestDatabase } from './testing/index.ts';

const overlaps = () => {
  let [within, most] = [0, 0];
  return {
    most: () => most,
    work: async () => {
      within += 1;
      most = Math.max(most, within);
      await new Promise(setImmediate);
      within -= 1;
    },
  };
};

describe('exclusive work', () => {
  it('is done one at a time under one name, and at once under others', async () => {
    await using under = await aTestDatabase();
    const { exclusively } = under.database;
    const one = overlaps();
    const met = Promise.withResolvers<void>();

    await Promise.all([
      exclusively('one', () => met.promise),
      exclusively('two', async () => met.resolve()),
      ...Array.from({ length: 5 }, () => exclusively('three', one.work)),
    ]);

    expect(one.most()).toBe(1);
  });

  it('may do exclusive work in turn, many at once too', async () => {
    await using under = await aTestDatabase();
    const { exclusively } = under.database;
    const shared = overlaps();

    const done = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        exclusively(`outer ${at}`, () => exclusively(`middle ${at}`, () => exclusively('shared', shared.work).then(() => at))),
      ),
    );

    expect(done).toHaveLength(40);
    expect(shared.most()).toBe(1);
  });

  it('lets others in when it fails, and leaves nothing locked for what it left running', async () => {
    await using under = await aTestDatabase();
    const { exclusively } = under.database;
    let late: Promise<string> | undefined;
    const failing = exclusively('one', async () => {
      late = new Promise((resolve) => setTimeout(resolve, 20)).then(() => exclusively('one', async () => 'late'));
      throw new Error('failed');
    });

    await expect(failing).rejects.toThrow('failed');

    expect(await exclusively('one', async () => 'next')).toBe('next');
    expect(await late).toBe('late');
  });

  it('says that the database is away where that keeps it from beginning', async () => {
    await using under = await aTestDatabase();
    const { exclusively } = under.database;
    const superuser = new pg.Client({ connectionString: under.superuserUrl });
    await superuser.connect();
    const waiters = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`;
    const held = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const first = exclusively('one', () => {
      begun.resolve();
      return held.promise;
    });
    await begun.promise;

    const waiting = exclusively('one', async () => {}).catch((error: unknown) => error);
    await expect.poll(async () => (await superuser.query(waiters, [under.installation])).rowCount).toBe(1);
    const problem = await waiting;

    held.resolve();
    await first;
    await superuser.end();
    expect(problem).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('says so too where no connection is free in time', async () => {
    await using under = await aTestDatabase();
    const { exclusively } = under.database;
    const held = Promise.withResolvers<void>();
    const all = Array.from({ length: 10 }, (_, at) => exclusively(`held ${at}`, () => held.promise));

    const problem = await exclusively('another', async () => {}).catch((error: unknown) => error);

    held.resolve();
    await Promise.all(all);
    expect(problem).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
