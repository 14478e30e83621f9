import { describe, expect, it } from 'vitest';
import { ask, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

const bearer = async ({ issuer }: TestGateway, slug = 'acme') => issuer.token(slug);
const calls = ({ directory }: TestGateway, name: string) =>
  directory.usages.filter((usage) => usage.name === name).reduce((sum, usage) => sum + usage.calls, 0);

describe('recording which operations a tenant uses', () => {
  it('counts by tenant, set and operation, whichever values are written into it', async () => {
    await using gateway = await startGateway({ timing: { usage: 50 } });
    gateway.switchTo('acme', 'core+analytics');
    const text = (slug: string) => `query Mine { me { id email } tenant { analytics } tenantSignIn(slug: "${slug}") }`;

    const token = await bearer(gateway);
    for (const slug of ['a-secret', 'a-secret', 'another-secret']) await ask(gateway, text(slug), token);
    await ask(gateway, 'query Mine { me { id } }', await bearer(gateway, 'globex'));

    await until(() => calls(gateway, 'Mine') === 4);
    const [usage] = gateway.directory.usages;
    expect(usage).toMatchObject({ tenantId: 'id-of-acme', supergraph: 'core+analytics', kind: 'query', name: 'Mine' });
    expect(usage?.elements).toEqual([
      ...['Query.me', 'Query.tenant', 'Query.tenantSignIn', 'Query.tenantSignIn(slug:)', 'Tenant.analytics', 'User.email', 'User.id'],
    ]);
    const ofAcme = gateway.directory.usages.filter(({ tenantId }) => tenantId === 'id-of-acme');
    expect(new Set(ofAcme.map(({ hash }) => hash)).size).toBe(1);
    expect(JSON.stringify(gateway.directory.usages)).not.toContain('secret');
  });

  it('counts subscriptions over WebSocket and server-sent events', async () => {
    await using gateway = await startGateway({ timing: { usage: 50 } });
    const authorization = `Bearer ${await bearer(gateway)}`;

    for (const transport of ['ws', 'sse'] as const) {
      const watched = watch(transport, gateway, 'subscription Ticking { ticks { count } }', { authorization });
      await until(() => watched.results.length > 0);
      watched.stop();
    }

    await until(() => calls(gateway, 'Ticking') === 2);
  });

  it('leaves out what nobody signed in for, what was refused, and introspection', async () => {
    await using gateway = await startGateway({ timing: { usage: 50 } });
    const token = await bearer(gateway);

    await ask(gateway, 'query Public { tenantSignIn(slug: "acme") }', undefined, { 'x-tenant-slug': 'acme' });
    await ask(gateway, 'query Unknown { nothing }', token);
    await ask(gateway, 'query Looking { __schema { queryType { name } } }', token);
    gateway.directory.setUser('user-1', { permissions: [] });
    await ask(gateway, 'query Withheld { users { id } }', token);
    await ask(gateway, 'query Known { me { id } users { id } }', token);

    await until(() => calls(gateway, 'Known') === 1);
    expect(new Set(gateway.directory.usages.map(({ name }) => name))).toEqual(new Set(['Known']));
  });

  it('loses nothing while the Directory is away, and reports what is left when it stops', async () => {
    await using gateway = await startGateway({ timing: { usage: 20 } });
    const token = await bearer(gateway);
    await ask(gateway, 'query Kept { me { id } }', token);
    gateway.directory.failWith(new Error('away'));
    await ask(gateway, 'query Kept { me { id } }', token);
    await new Promise((resolve) => setTimeout(resolve, 200));
    gateway.directory.failWith();

    await gateway.gateway.stop();

    expect(calls(gateway, 'Kept')).toBe(2);
  });
});
