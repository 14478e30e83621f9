import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

let made = 0;
const aKey = (realm = 'acme') => `plx_${realm}_${String(++made).padStart(43, 'x')}`;
const question = '{ me { id email } }';

describe('an API key', () => {
  it('acts for its user, in the tenant it names', async () => {
    const key = aKey();
    gateway.directory.setKey('acme', key, {});
    const { status, data } = await ask(gateway, '{ me { id } tenant { slug } }', key);
    expect([status, data]).toEqual([200, { me: { id: 'user-1' }, tenant: { slug: 'acme' } }]);
  });

  it('may do what it was given, and has no role of its user', async () => {
    const key = aKey();
    gateway.directory.setKey('acme', key, { permissions: ['users.read'] });
    expect((await ask(gateway, '{ users { id } }', key)).codes).toEqual([]);
    gateway.directory.setKey('acme', key, { permissions: [] });
    expect((await ask(gateway, '{ users { id } }', key)).codes).toEqual(['FORBIDDEN']);
  });

  it('reaches a plugin as an internal token with its own permissions, and never as itself', async () => {
    const key = aKey();
    gateway.switchTo('acme', 'core+analytics');
    gateway.directory.setKey('acme', key, { permissions: ['analytics.read', 'users.read'] });
    const { data } = await ask(gateway, '{ analyticsCaller }', key);
    expect(JSON.parse(data.analyticsCaller)).toMatchObject({
      user: { id: 'user-1' },
      session: 'key.1',
      roles: [],
      permissions: ['analytics.read'],
    });
    expect(JSON.stringify(gateway.pluginRequests)).not.toContain(key);
  });

  it('of one tenant opens no other', async () => {
    const key = aKey();
    gateway.directory.setKey('acme', key, {});
    const { status, codes } = await ask(gateway, question, key, { 'x-tenant-slug': 'globex' });
    expect([status, codes]).toEqual([404, ['TENANT_NOT_FOUND']]);
    expect((await ask(gateway, question, key.replace('plx_acme', 'plx_globex'))).status).toBe(401);
  });

  it('counts for nothing once it was revoked: at once by word, within a second without', async () => {
    let now = new Date();
    await using own = await startGateway({ clock: () => now });
    const [told, untold] = [aKey(), aKey()];
    const statuses = async () => [(await ask(own, question, told)).status, (await ask(own, question, untold)).status];
    for (const key of [told, untold]) own.directory.setKey('acme', key, {});
    expect(await statuses()).toEqual([200, 200]);
    own.directory.setKey('acme', told, undefined);
    expect(await statuses()).toEqual([401, 200]);
    own.directory.setKey('acme', untold, undefined, { silently: true });
    now = new Date(now.getTime() + 1_001);
    expect(await statuses()).toEqual([401, 401]);
  });

  it('counts for nothing once it was revoked, also where the clock is set back meanwhile', async () => {
    let now = new Date();
    await using own = await startGateway({ clock: () => now });
    const key = aKey();
    own.directory.setKey('acme', key, {});
    expect((await ask(own, question, key)).status).toBe(200);
    own.directory.setKey('acme', key, undefined, { silently: true });
    now = new Date(now.getTime() - 3_600_000);
    expect((await ask(own, question, key)).status).toBe(401);
  });

  it('counts for nothing once it ran out, also where the Directory is away', async () => {
    let now = new Date();
    await using own = await startGateway({ clock: () => now });
    const key = aKey();
    own.directory.setKey('acme', key, { expiresAt: Math.floor(now.getTime() / 1000) + 60 });
    expect((await ask(own, question, key)).status).toBe(200);
    own.directory.failWith(new Error('away'));
    now = new Date(now.getTime() + 30_000);
    expect((await ask(own, question, key)).status).toBe(200);
    now = new Date(now.getTime() + 31_000);
    expect((await ask(own, question, key)).status).toBe(401);
  });

  it('ends its streams when it is revoked', async () => {
    const key = aKey();
    gateway.directory.setKey('acme', key, {});
    const stream = watch('ws', gateway, 'subscription { ticks { count } }', { authorization: `Bearer ${key}` });
    await until(() => stream.results.length > 0);
    gateway.directory.setKey('acme', key, undefined);
    await until(() => JSON.stringify(stream.results).includes('UNAUTHENTICATED'));
    stream.stop();
  });

  it('is asked about once a second, however often it is used', async () => {
    const key = aKey();
    const still = new Date();
    await using own = await startGateway({ clock: () => still });
    own.directory.setKey('acme', key, {});
    for (let time = 0; time < 10; time += 1) await ask(own, question, key);
    expect(own.directory.asked.apiKey).toBe(1);
  });

  it('of another shape is refused without asking', async () => {
    const before = gateway.directory.asked.apiKey;
    const given = [
      'plx_',
      'plx_acme',
      'plx_acme_',
      'plx_acme_short',
      `plx_ACME_${'x'.repeat(43)}`,
      `plx_acme_${'x'.repeat(44)}`,
      'plx_a.b.c',
    ];
    for (const key of given) expect([key, (await ask(gateway, question, key)).status]).toEqual([key, 401]);
    expect(gateway.directory.asked.apiKey).toBe(before);
  });

  it('can’t be guessed at: an address that keeps failing is told to wait', async () => {
    await using own = await startGateway();
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(own, question, aKey())));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
    expect(own.directory.asked.apiKey).toBeLessThan(200);
  });

  it('that held goes on, with its streams, whoever else fails from its address, and no longer than it counts', async () => {
    await using own = await startGateway();
    const good = aKey();
    own.directory.setKey('acme', good, {});
    const stream = watch('ws', own, 'subscription { ticks { count } }', { authorization: `Bearer ${good}` });
    await until(() => stream.results.length > 0);
    const failing = async () =>
      (await Promise.all(Array.from({ length: 60 }, () => ask(own, question, aKey())))).map(({ status }) => status);

    expect(await failing()).toContain(429);
    expect((await ask(own, question, good)).status).toBe(200);
    const before = stream.results.length;
    await until(() => stream.results.length > before + 10);
    expect(JSON.stringify(stream.results)).not.toContain('errors');

    own.directory.setKey('acme', good, undefined);
    await failing();
    await until(() => JSON.stringify(stream.results).includes('UNAUTHENTICATED'));
    expect((await ask(own, question, good)).status).not.toBe(200);
  });

  it('can’t be guessed at all at once, either, while the Directory takes its time', async () => {
    await using own = await startGateway();
    const good = aKey();
    own.directory.setKey('acme', good, {});
    const { directory } = own as unknown as { directory: { apiKey: (...asked: string[]) => Promise<unknown> } };
    const answer = directory.apiKey.bind(directory);
    let waiting = 0;
    let most = 0;
    directory.apiKey = async (...asked) => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise((resolve) => setTimeout(resolve, 200));
      waiting -= 1;
      return answer(...asked);
    };

    const known = Array.from({ length: 100 }, () => ask(own, question, good));
    expect(new Set((await Promise.all(known)).map(({ status }) => status))).toEqual(new Set([200]));
    await Promise.all(Array.from({ length: 200 }, () => ask(own, question, aKey())));

    expect(most).toBeLessThanOrEqual(60);
  });
});
