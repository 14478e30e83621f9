import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mutate } from '../client/mutate.ts';
import { eraseTenant, outages, type PlatformToHurt, startPlatformToHurt, until } from '../testing/platform-to-hurt.ts';

const names = ['postgres', 'redis', 'kafka', 'minio'] as const;
let at: PlatformToHurt;
const seen: string[] = [];

beforeAll(async () => {
  at = await startPlatformToHurt(names);
  await at.platform.core.foundation.events.consume('faults', async ({ id }) => void seen.push(id));
  await whole();
}, 400_000);
// Also after a test that failed in the middle: the next one starts with everything there.
afterEach(async () => {
  for (const name of names) await at.services.resume(name).catch(() => at.services.start(name));
});
afterAll(() => at?.[Symbol.asyncDispose]());

const whole = () => until(at.readiness, ({ status }) => status === 'ready', 90_000);
const degraded = async (name: string) => {
  const found = await until(at.readiness, ({ down }) => down.includes(name), 20_000);
  expect(found).toMatchObject({ code: 200, status: 'degraded' });
};
const me = { query: '{ me { email } tenant { name } }' };
const fine = { status: 200, codes: [] };
const aRole = (name: string) => ({ name, description: 'A role', permissions: ['users.read'] });

describe.each(outages)('a service that $name', ({ name: how, begin, end }) => {
  const suffix = how.replaceAll(' ', '-');

  it('Kafka: events wait in the outbox, and each arrives', async () => {
    const admin = await at.admin();
    const before = seen.length;

    await begin(at.services, 'kafka');

    for (const index of [1, 2, 3, 4, 5]) await mutate(admin, 'createRole', aRole(`${suffix} ${index}`), 'role { id }');
    await degraded('kafka');
    expect(seen.length - before).toBeLessThan(5);
    await end(at.services, 'kafka');
    await until(
      async () => new Set(seen.slice(before)).size,
      (count) => count >= 5,
      90_000,
    );
    await whole();
  });

  it('Redis: live updates pause and come back by themselves, requests work, a stream goes on to its end, a suspended tenant is refused', async () => {
    const [token, root] = [(await at.admin()).token(), await at.root()];
    const { pubsub } = at.platform.core.foundation;
    const updates = pubsub.subscribe('operation.live')[Symbol.asyncIterator]();
    const update = updates.next();

    await begin(at.services, 'redis');

    await degraded('redis');
    expect(await at.ask(token, me)).toMatchObject(fine);
    const made = await at.createTenant(`redis-${suffix}`);
    const stream = root.subscribe<{ operationProgress: { status: string } }>(
      `subscription { operationProgress(id: "${made}") { status } }`,
    );
    const shown: (string | undefined)[] = [];
    for await (const { data } of stream) shown.push(data?.operationProgress.status);
    expect(shown.at(-1)).toBe('SUCCEEDED');
    expect(await at.readiness()).toMatchObject({ down: ['redis'] });
    await mutate(root, 'suspendTenant', { id: at.tenantId, reason: 'a test' }, 'tenant { status }');
    const refused = await until(
      () => at.ask(token, me),
      ({ codes }) => codes.length > 0,
      5_000,
    );
    expect(refused.codes).toEqual(['TENANT_SUSPENDED']);
    await mutate(root, 'reactivateTenant', { id: at.tenantId }, 'tenant { status }');
    await end(at.services, 'redis');
    const arrives = async () => {
      pubsub.publish('operation.live', { operationId: 'any' });
      return Promise.race([update.then(() => true), pause(200).then(() => false)]);
    };
    await until(arrives, Boolean, 30_000);
    await updates.return?.();
    await whole();
  });

  it('MinIO: data works, an upload is told when to come back, and tenants in the making and on their way out wait', async () => {
    const token = (await at.admin()).token();
    const upload = () => {
      const body = new FormData();
      body.append('file', new Blob([Buffer.alloc(3_000_000, 'x')]), 'a.bin');
      return fetch(`${at.url}/uploads`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'x-tenant-slug': 'acme' }, body });
    };
    const { operations, storage } = at.platform.core.foundation;
    await operations.settled(await at.createTenant(`gone-${suffix}`));
    const underWay = upload();

    await begin(at.services, 'minio');

    expect([200, 503]).toContain((await underWay).status);
    const refused = await upload();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${at.url}/branding/acme/${'0'.repeat(32)}.png`)).status).toBe(503);
    await degraded('storage');
    expect(await at.ask(token, me)).toMatchObject(fine);
    const begun = [await at.createTenant(`s3-${suffix}`), await eraseTenant(await at.root(), `gone-${suffix}`)];
    await end(at.services, 'minio');
    for (const id of begun) expect((await operations.settled(id)).status).toBe('SUCCEEDED');
    const buckets = ['s3', 'gone'].map((word) => storage.hasBucket(`plexica-tenant-${word}-${suffix}`));
    expect(await Promise.all(buckets)).toEqual([true, false]);
    expect((await upload()).status).toBe(200);
    await whole();
  });

  it('PostgreSQL under load: 503 with Retry-After, unready, and every change that was acknowledged is there afterwards', async () => {
    const token = (await at.admin()).token();
    const acknowledged: string[] = [];
    let loading = true;
    const query = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } userErrors { code } } }';
    const load = [1, 2, 3, 4].map(async (worker) => {
      for (let index = 0; loading && index < 2_000; index += 1) {
        const input = aRole(`${suffix} ${worker} ${index}`);
        const answer = await at.ask(token, { query, variables: { input } }).catch(() => undefined);
        if (answer?.status === 200 && !answer.codes.length) acknowledged.push(input.name);
        await pause(20);
      }
    });
    await until(
      async () => acknowledged.length,
      (count) => count > 4,
      20_000,
    );

    await begin(at.services, 'postgres');

    const refused = await until(
      () => at.ask(token, me),
      ({ codes }) => codes.length > 0,
      40_000,
    );
    expect(refused).toMatchObject({ status: 503, codes: expect.arrayContaining(['SERVICE_UNAVAILABLE']) });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(await until(at.readiness, ({ down }) => down.includes('postgres'), 20_000)).toMatchObject({ code: 503, status: 'unavailable' });
    await end(at.services, 'postgres');
    await until(
      () => at.ask(token, me),
      ({ status, codes }) => status === 200 && !codes.length,
      60_000,
    );
    loading = false;
    await Promise.all(load);
    await whole();
    const rows = await at.platform.core.foundation.database.tenant(at.tenantId, (em) =>
      em.getConnection().execute('select name from tenant_acme.role', [], 'all', em.getTransactionContext()),
    );
    const kept = new Set(rows.map(({ name }) => name));
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
  });
});
