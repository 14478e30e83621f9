import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createDatabase } from './create-database.ts';
import type { Database, PersistenceModule, SqlMigration } from './database.ts';
import { aTestDatabase } from './testing/test-database.ts';

const module = (...tenantMigrations: SqlMigration[]): PersistenceModule => ({
  name: 'notes',
  entities: [],
  sharedMigrations: [],
  tenantMigrations,
});
const first: SqlMigration = { name: '0001-note', sql: 'create table note (text text not null)' };
const second: SqlMigration = { name: '0002-author', sql: `alter table note add column author text not null default ''` };

const tenants = async (database: Database, count: number) => {
  const slugs = Array.from({ length: count }, (_, index) => `tenant-${String(index).padStart(3, '0')}`);
  for (const slug of slugs) await database.createTenantSchema({ id: randomUUID(), slug });
  return slugs;
};

describe('migrating every tenant', () => {
  it('brings each up to date once, and says what it did to which', async () => {
    await using test = await aTestDatabase({ platformSchema: false });
    const before = await createDatabase({ ...test, modules: [module(first)] });
    const slugs = await tenants(before, 6);
    await before.stop();
    const database = await createDatabase({ ...test, modules: [module(first, second)] });

    const reports = await database.migrate();
    const again = await database.migrate();

    expect(reports).toEqual([{ tenant: '(shared)', applied: [] }, ...slugs.map((tenant) => ({ tenant, applied: ['notes/0002-author'] }))]);
    expect(again.every(({ applied, error }) => !applied.length && !error)).toBe(true);
    await database.stop();
  });

  it('goes on past one that fails, which is as it was, and finishes it the next time', async () => {
    await using test = await aTestDatabase({ platformSchema: false });
    const before = await createDatabase({ ...test, modules: [module(first)] });
    await tenants(before, 3);
    await before.stop();
    const owner = new pg.Client({ connectionString: test.ownerUrl });
    await owner.connect();
    await owner.query('alter table tenant_tenant_001.note add column author integer');
    const third: SqlMigration = { name: '0003-title', sql: 'alter table note add column title text' };
    const database = await createDatabase({ ...test, modules: [module(first, second, third)] });

    const reports = await database.migrate();
    await owner.query('alter table tenant_tenant_001.note drop column author');
    const again = await database.migrate();

    expect(reports.map(({ applied, error }) => [applied.length, error !== undefined])).toEqual([
      [0, false],
      [2, false],
      [0, true],
      [2, false],
    ]);
    expect(again.map(({ applied }) => applied.length)).toEqual([0, 0, 2, 0]);
    await owner.end();
    await database.stop();
  });

  it('is done by any number of processes at once, each migration once', async () => {
    await using test = await aTestDatabase({ platformSchema: false });
    const before = await createDatabase({ ...test, modules: [module(first)] });
    await tenants(before, 8);
    await before.stop();
    const processes = await Promise.all([1, 2].map(() => createDatabase({ ...test, modules: [module(first, second)] })));

    const reports = (await Promise.all(processes.map((database) => database.migrate()))).flat();

    expect(reports.filter(({ error }) => error)).toEqual([]);
    expect(reports.filter(({ applied }) => applied.length)).toHaveLength(8);
    for (const database of processes) await database.stop();
  });

  it('takes no time worth speaking of where there is nothing to do, also with a hundred', async () => {
    await using test = await aTestDatabase({ modules: [module(first, second)] });
    await tenants(test.database, 100);
    const started = performance.now();

    const [, ...reports] = await test.database.migrate();

    const seconds = (performance.now() - started) / 1000;
    console.log(`100 tenants with nothing to migrate: ${seconds.toFixed(1)} s`);
    expect(reports.filter(({ applied, error }) => applied.length || error)).toEqual([]);
    expect(seconds).toBeLessThan(30);
  });
});
