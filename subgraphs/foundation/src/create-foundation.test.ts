import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DomainError } from '@plexica/plugin-kit';
import type { PlexicaEvent } from '@plexica/schema';
import { describe, expect, it } from 'vitest';
import { systemCall } from './change/change.ts';
import { readEnvironment } from './config/config.ts';
import { createFoundation } from './create-foundation.ts';
import { platformTenant, type TenantKey } from './database/database.ts';
import { aTestDatabase } from './database/testing/test-database.ts';
import { defineOperation, step } from './operation/operation.ts';

const acme: TenantKey = { id: '01890000-0000-7000-8000-000000000001', slug: 'acme' };
const role = { id: 'r', name: 'editor' };

const aFoundation = async () => {
  const test = await aTestDatabase();
  const folder = pathToFileURL(await mkdtemp(join(tmpdir(), 'plexica-foundation-'))).href;
  const environment = readEnvironment({
    PLEXICA_URL: 'http://localhost:4000',
    PLEXICA_INSTALLATION: test.installation,
    PLEXICA_PLATFORM_KEY: 'k'.repeat(32),
    DATABASE_URL: test.url,
    DATABASE_OWNER_URL: test.ownerUrl,
    STORAGE_URL: `${folder}/storage`,
    MAIL_URL: `${folder}/mail`,
    LOG_LEVEL: 'silent',
  });
  const foundation = await createFoundation(environment, { modules: [], identity: () => ({}) as never, pauseMs: () => 1 });
  await foundation.database.createTenantSchema(acme);
  return {
    ...foundation,
    [Symbol.asyncDispose]: async () => {
      await foundation.stop();
      await test[Symbol.asyncDispose]();
    },
  };
};

const until = async (condition: () => boolean) => {
  for (let waited = 0; !condition() && waited < 5_000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('changing something', () => {
  it('commits the event with the change and delivers it in order, each group on its own', async () => {
    await using foundation = await aFoundation();
    const change = foundation.changeFor(systemCall(acme));
    const seen: string[] = [];
    const flaky: string[] = [];
    await foundation.events.consume('all', async ({ data }) => void seen.push((data as { role: { name: string } }).role.name));
    await foundation.events.consume('flaky', async ({ data }: PlexicaEvent) => {
      if (flaky.push((data as { role: { name: string } }).role.name) === 2) throw new Error('once');
    });

    for (let index = 0; index < 20; index += 1) {
      await change({ action: 'role.create' }, {}, async (_, { events }) =>
        events.record('role.created', { role: { ...role, name: String(index) } }),
      );
    }
    const failed = change({ action: 'role.create' }, {}, async (_, { events }) => {
      events.record('role.created', { role: { ...role, name: 'lost' } });
      throw new DomainError('ROLE_NAME_TAKEN');
    });
    await expect(failed).rejects.toMatchObject({ code: 'ROLE_NAME_TAKEN' });

    await until(() => seen.length === 20 && flaky.length === 21);
    const inOrder = Array.from({ length: 20 }, (_, index) => String(index));
    expect(seen).toEqual(inOrder);
    expect(flaky).toEqual(['0', '1', '1', ...inOrder.slice(2)]);
  });

  it('loses and reorders nothing when many write at once', async () => {
    await using foundation = await aFoundation();
    const seen: string[] = [];
    await foundation.events.consume('all', async ({ sequence }) => void seen.push(sequence));
    const change = foundation.changeFor(systemCall(acme));
    const write = (index: number) =>
      change({ action: 'role.create' }, {}, async (_, { em, events }) => {
        if (index % 3 === 0) await em.getConnection().execute('select pg_sleep(0.02)', [], 'all', em.getTransactionContext());
        events.record('role.created', { role });
      });
    await Promise.all(Array.from({ length: 60 }, (_, index) => write(index)));
    await until(() => seen.length === 60);
    expect(new Set(seen).size).toBe(60);
    expect(seen).toEqual([...seen].sort());
  });
});

describe('running an operation', () => {
  it('goes through its steps once it was committed, in a few milliseconds', async () => {
    await using foundation = await aFoundation();
    const ran: string[] = [];
    foundation.operations.register(
      defineOperation<{ name: string }>('TENANT_PROVISION', [
        step('one', { run: async ({ name }) => void ran.push(`one ${name}`) }),
        step('two', { run: async () => void ran.push('two') }),
      ]),
    );
    await foundation.operations.work();
    const started = performance.now();
    const id = await foundation.changeFor(systemCall())({ action: 'tenant.create', scope: 'platform' }, {}, async (_, { operations }) =>
      operations.request('TENANT_PROVISION', { name: 'acme' }, { tenantId: acme.id }),
    );
    const ended = await foundation.operations.settled(id);
    expect(ended).toMatchObject({
      status: 'SUCCEEDED',
      tenantId: acme.id,
      steps: [{ name: 'one', status: 'SUCCEEDED', attempts: 1 }, { name: 'two' }],
    });
    expect(ran).toEqual(['one acme', 'two']);
    console.log(`requested to ended: ${Math.round(performance.now() - started)} ms`);
  });

  it('is finished by who waits for it, without the queue, and by the next worker where they could not', async () => {
    await using foundation = await aFoundation();
    const { operations, changeFor } = foundation;
    const ran: string[] = [];
    operations.register(
      defineOperation<{ name: string }>('PLUGIN_ACTIVATE', [step('only', { run: async ({ name }) => void ran.push(name) })], {
        awaited: true,
      }),
    );
    const request = (name: string) =>
      changeFor(systemCall(acme))({ action: 'plugin.activate' }, {}, async (_, within) =>
        within.operations.request('PLUGIN_ACTIVATE', { name }),
      );

    const [first, second] = [await request('here'), await request('left')];
    const both = await Promise.all([operations.finish(first), operations.finish(first)]);
    expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(ran).toEqual(['here']);

    await operations.work();
    expect((await operations.settled(second)).status).toBe('SUCCEEDED');
    expect(ran).toEqual(['here', 'left']);
  });

  it('tries a passing fault again, and compensates in reverse when a step fails for good', async () => {
    await using foundation = await aFoundation();
    const ran: string[] = [];
    let faults = 2;
    const note = (what: string) => async () => void ran.push(what);
    foundation.operations.register(
      defineOperation('PLUGIN_UPGRADE', [
        step('one', { run: async () => (faults-- > 0 ? Promise.reject(new Error('passing')) : note('one')()), undo: note('undo one') }),
        step('two', { run: note('two'), undo: note('undo two') }),
        step('three', { run: async () => Promise.reject(new DomainError('SCHEMA_EXISTS')), undo: note('undo three') }),
        step('four', { run: note('four'), undo: note('undo four') }),
      ]),
    );
    await foundation.operations.work();
    const id = await foundation.changeFor(systemCall(acme))({ action: 'x' }, {}, async (_, { operations }) =>
      operations.request('PLUGIN_UPGRADE', {}),
    );
    const ended = await foundation.operations.settled(id);
    expect(ran).toEqual(['one', 'two', 'undo three', 'undo two', 'undo one']);
    expect(ended.status).toBe('COMPENSATED');
    expect(ended.error).toContain('schema');
    expect(ended.steps.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['COMPENSATED', 1],
      ['COMPENSATED', 1],
      ['COMPENSATED', 1],
      ['PENDING', 0],
    ]);
  });
});

describe('signing', () => {
  it('uses a key that a second start finds again', async () => {
    await using foundation = await aFoundation();
    const token = await foundation.keys.sign({ a: 1 }, { audience: 'x', expiresInSeconds: 5 });
    expect(token.split('.')).toHaveLength(3);
    expect((await foundation.keys.jwks()).keys).toMatchObject([{ crv: 'Ed25519', alg: 'EdDSA' }]);
    expect(JSON.stringify(await foundation.keys.jwks())).not.toContain('"d"');
  });
});

describe('the platform realm', () => {
  it('has a schema like a tenant', async () => {
    await using foundation = await aFoundation();
    await expect(foundation.database.tenant(platformTenant.id, async () => 'there')).resolves.toBe('there');
  });
});
