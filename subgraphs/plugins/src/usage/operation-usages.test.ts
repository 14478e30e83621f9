import { createLogger } from '@plexica/foundation';
import { aTestDatabase } from '@plexica/foundation/testing';
import { DomainError } from '@plexica/plugin-kit';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { pluginsPersistence } from '../persistence.ts';
import { OperationUsageEntity } from './operation-usage.entity.ts';
import { createOperationUsages, type ReportedUsage } from './operation-usages.ts';

const day = 86_400_000;

const aRecord = async () => {
  const home = await aTestDatabase({ modules: [pluginsPersistence] });
  const [acme, globex] = [
    { id: v7(), slug: 'acme' },
    { id: v7(), slug: 'globex' },
  ];
  for (const tenant of [acme, globex]) await home.database.createTenantSchema(tenant);
  const log = createLogger({ level: 'silent' });
  let now = new Date('2026-11-01T12:00:00Z');
  return {
    acme,
    globex,
    database: home.database,
    clock: () => now,
    log,
    usages: createOperationUsages({ database: home.database, clock: () => now, log }),
    later: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
};

const usage = (tenantId: string, name: string, calls = 1): ReportedUsage => ({
  tenantId,
  name,
  calls,
  hash: `hash-of-${name}`,
  kind: 'query',
  text: `query ${name} { me { id } }`,
  elements: ['Query.me', 'User.id'],
  supergraph: 'core',
});

describe('the operations that a tenant used', () => {
  it('add up over reports and gateways, each tenant’s apart', async () => {
    await using record = await aRecord();
    const { acme, globex, usages } = record;
    const report = () => usages.record([usage(acme.id, 'Mine', 2), usage(globex.id, 'Mine'), usage(acme.id, 'Other')]);

    await report();
    record.later(day);
    await Promise.all([report(), report(), report()]);

    expect((await usages.recent(acme.id)).map(({ name, calls }) => [name, calls])).toEqual([
      ['Mine', 8],
      ['Other', 4],
    ]);
    expect(await usages.recent(globex.id)).toMatchObject([{ calls: 4, elements: ['Query.me', 'User.id'] }]);
    const [only] = await usages.recent(globex.id);
    expect(Number(only?.lastUsedAt) - Number(only?.firstUsedAt)).toBe(day);
  });

  it('are forgotten after 30 days without a call', async () => {
    await using record = await aRecord();
    const { acme, usages } = record;
    await usages.record([usage(acme.id, 'Old'), usage(acme.id, 'Lasting')]);
    record.later(20 * day);
    await usages.record([usage(acme.id, 'Lasting')]);
    record.later(11 * day);

    expect((await usages.recent(acme.id)).map(({ name }) => name)).toEqual(['Lasting']);
    await usages.record([usage(acme.id, 'New')]);

    const rows = await record.database.tenant(acme.id, (em) => em.findAll(OperationUsageEntity, { orderBy: { hash: 'asc' } }));
    expect(rows.map(({ hash }) => hash)).toEqual(['hash-of-Lasting', 'hash-of-New']);
  });

  it('are 2,000 of a tenant at most, the newest', async () => {
    await using record = await aRecord();
    const { acme, usages } = record;
    await usages.record([usage(acme.id, 'First')]);
    record.later(1_000);

    await usages.record(Array.from({ length: 2_001 }, (_, index) => usage(acme.id, `Number${index}`)));

    const kept = await usages.recent(acme.id);
    expect(kept.length).toBe(2_000);
    expect(kept.map(({ name }) => name)).not.toContain('First');
  });

  it('are kept of the others when one tenant is gone, and refused when none could be kept', async () => {
    await using record = await aRecord();
    const { acme, usages } = record;

    await usages.record([usage(v7(), 'Gone'), usage(acme.id, 'Here')]);

    expect((await usages.recent(acme.id)).map(({ name }) => name)).toEqual(['Here']);
    const away = async (): Promise<never> => {
      throw new DomainError('SERVICE_UNAVAILABLE');
    };
    const stranded = createOperationUsages({ ...record, database: { ...record.database, tenant: away } });
    await expect(stranded.record([usage(acme.id, 'Here')])).rejects.toThrow();
  });
});
