import { describe, expect, it } from 'vitest';
import { ask } from '../test/a-client.ts';
import { startGateway } from '../test/a-gateway.ts';

const withPlugin = '{ tenant { slug analytics } me { id } }';

describe('switching a tenant to another plugin set', () => {
  it('holds from the next request, for that tenant alone', async () => {
    await using gateway = await startGateway();
    const [acme, globex] = await Promise.all([gateway.issuer.token('acme'), gateway.issuer.token('globex')]);
    expect((await ask(gateway, withPlugin, acme)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);

    gateway.switchTo('acme', 'core+analytics');

    expect((await ask(gateway, withPlugin, acme)).data).toEqual({ tenant: { slug: 'acme', analytics: 7 }, me: { id: 'user-1' } });
    const other = await ask(gateway, '{ tenant { analytic } __type(name: "Tenant") { fields { name } } }', globex);
    expect(other.codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const fields = await ask(gateway, '{ __schema { types { name fields { name } } } }', globex);
    expect(other.text + fields.text).not.toContain('analytics');
    gateway.switchTo('acme', 'core');
    expect((await ask(gateway, withPlugin, acme)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('finds a set loaded, and its planner built, that was announced', async () => {
    await using gateway = await startGateway();
    const token = await gateway.issuer.token('acme');
    await ask(gateway, '{ me { id } }', token);

    gateway.directory.announceSet('core+analytics', 'analytics');
    gateway.directory.announceSet('nowhere', 'analytics');
    await expect.poll(() => gateway.log()).toContain('"hash":"core+analytics","plugin":"analytics","msg":"supergraph prepared"');
    expect(gateway.log()).toContain('a supergraph could not be prepared');
    const asked = gateway.directory.asked.supergraph;

    gateway.switchTo('acme', 'core+analytics');

    expect((await ask(gateway, withPlugin, token)).data?.tenant.analytics).toBe(7);
    expect(gateway.directory.asked.supergraph).toBe(asked);
  });

  it('is noticed within five seconds although nobody tells', async () => {
    await using gateway = await startGateway();
    const token = await gateway.issuer.token('acme');
    await ask(gateway, '{ me { id } }', token);
    gateway.switchTo('acme', 'core+analytics', { silently: true });
    await expect.poll(async () => (await ask(gateway, withPlugin, token)).data?.tenant.analytics, { timeout: 5_000 }).toBe(7);
  });

  it('fails none of 100 requests that run at any time meanwhile', async () => {
    await using gateway = await startGateway({ rateLimits: { perUser: 1e9, perTenant: 1e9, anonymousPerAddress: 1e9 } });
    const token = await gateway.issuer.token('acme');
    for (const set of ['core+analytics', 'core'] as const) {
      gateway.switchTo('acme', set);
      await ask(gateway, '{ me { id } slow(ms: 20) }', token);
      await ask(gateway, '{ tenant { slug } }', token);
    }
    let switching = true;
    let answered = 0;
    const failures: string[] = [];
    const asking = Array.from({ length: 100 }, async (_, index) => {
      while (switching) {
        const { status, text, data } = await ask(gateway, index % 2 ? '{ me { id } slow(ms: 20) }' : '{ tenant { slug } }', token);
        if (status !== 200 || !data || text.includes('errors')) failures.push(text);
        answered += 1;
      }
    });

    for (let turn = 0; turn < 20; turn += 1) {
      gateway.switchTo('acme', turn % 2 ? 'core' : 'core+analytics');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    switching = false;
    await Promise.all(asking);

    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(200);
  });

  it('loads a set once, however many ask for it at the same time', async () => {
    await using gateway = await startGateway();
    const token = await gateway.issuer.token('acme');
    await Promise.all(Array.from({ length: 30 }, () => ask(gateway, '{ me { id } }', token)));
    expect(gateway.directory.asked.supergraph).toBe(1);
  });

  it('keeps the last good set while the new one can’t be loaded', async () => {
    await using gateway = await startGateway();
    const token = await gateway.issuer.token('acme');
    expect((await ask(gateway, '{ me { id } }', token)).status).toBe(200);
    gateway.directory.addSet({ hash: 'broken', audience: 'tenant', sdl: 'type Query { oh', subgraphs: [] });
    for (const supergraph of ['broken', 'nowhere']) {
      gateway.directory.setTenant('acme', { supergraph });
      expect((await ask(gateway, '{ me { id } }', token)).data).toEqual({ me: { id: 'user-1' } });
    }
    gateway.directory.setTenant('globex', { supergraph: 'broken' });
    const first = await ask(gateway, '{ me { id } }', await gateway.issuer.token('globex'));
    expect([first.status, first.codes]).toEqual([500, ['INTERNAL_SERVER_ERROR']]);
    expect(first.text).not.toContain('Syntax');
  });

  it('serves tenants and callers that it knows while the Directory is away', async () => {
    await using gateway = await startGateway();
    const token = await gateway.issuer.token('acme');
    await ask(gateway, '{ me { id } }', token);
    gateway.directory.failWith(new Error('away'));
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await ask(gateway, '{ me { id } }', token)).data).toEqual({ me: { id: 'user-1' } });
  });
});
