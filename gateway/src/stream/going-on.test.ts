import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

let tenants = 0;
const aTenant = () => {
  const slug = `open-${++tenants}`;
  gateway.directory.setTenant(slug, gateway.issuer.realm(slug));
  return slug;
};
const paramsOf = async (slug: string, subject = 'user-1') => ({
  authorization: `Bearer ${await gateway.issuer.token(slug, { subject, session: `${slug}-${subject}` })}`,
  tenantSlug: slug,
});

describe.each(['ws', 'sse'] as const)('an open subscription over %s', (transport) => {
  it('asks other subgraphs with the rights its caller has by then', async () => {
    const slug = aTenant();
    const subject = `rights-${transport}`;
    gateway.directory.setUser(subject, { permissions: [] });
    gateway.switchTo(slug, 'core+analytics');
    const query = 'subscription { ticks { count tenant { analyticsPermissions } } }';
    const stream = watch(transport, gateway, query, await paramsOf(slug, subject));
    await until(() => stream.results.length);
    expect(stream.results[0].data.ticks.tenant.analyticsPermissions).toEqual([]);

    gateway.directory.setUser(subject, { permissions: ['analytics.read'] });

    await until(() => stream.results.at(-1)?.data.ticks.tenant.analyticsPermissions.includes('analytics.read'));
    stream.stop();
  });

  it('is answered by the plan of the new set after a switch', async () => {
    const slug = aTenant();
    const stream = watch(transport, gateway, 'subscription { ticks { count tenant { slug } } }', await paramsOf(slug));
    await until(() => stream.results.length);
    const before = gateway.open.streams;

    gateway.switchTo(slug, 'core+analytics');
    const seen = stream.results.length;
    await until(() => stream.results.length > seen + 15);

    const counts = stream.results.map(({ data }) => data.ticks.count);
    expect(counts).toEqual(counts.map((_, index) => index + 1));
    expect(gateway.open.streams).toBe(before);
    stream.stop();
  });

  it('moves to its plugin as it is configured now, without ending', async () => {
    const slug = aTenant();
    gateway.switchTo(slug, 'core+analytics');
    const stream = watch(transport, gateway, 'subscription { analyticsVersions }', await paramsOf(slug));
    await until(() => stream.results.length);

    gateway.directory.setTenant(slug, { plugins: { analytics: gateway.installation({ configurationVersion: 2 }) } });

    await until(() => stream.results.at(-1)?.data?.analyticsVersions === 2);
    expect(stream.results.every(({ errors }) => !errors)).toBe(true);
    stream.stop();
  });
});

describe('equal subscriptions', () => {
  const opened = async (field: string, ...callers: readonly Record<string, unknown>[]) => {
    const before = gateway.open.streams;
    const streams = callers.map((params) => watch('ws', gateway, `subscription { ${field} }`, params));
    await until(() => gateway.open.streams > before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const count = gateway.open.streams - before;
    for (const stream of streams.slice(1)) stream.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const left = gateway.open.streams - before;
    streams[0]?.stop();
    await until(() => gateway.open.streams === before);
    return { count, left };
  };

  it('of one principal share one upstream, until the last of them leaves', async () => {
    const params = await paramsOf(aTenant());
    expect(await opened('silence', params, params, params)).toEqual({ count: 1, left: 1 });
  });

  it('of two principals don’t, unless the field is the same for everyone', async () => {
    const slug = aTenant();
    for (const subject of ['one', 'two']) gateway.directory.setUser(subject, { permissions: ['users.read'] });
    const callers = [await paramsOf(slug, 'one'), await paramsOf(slug, 'two')];
    expect(await opened('silence', ...callers)).toEqual({ count: 2, left: 1 });
    expect(await opened('announcements', ...callers)).toEqual({ count: 1, left: 1 });
  });

  it('that are the same for everyone are not across tenants, nor across permissions', async () => {
    const [slug, other] = [aTenant(), aTenant()];
    gateway.directory.setUser('one', { permissions: ['users.read'] });
    gateway.directory.setUser('other', { permissions: ['users.write'] });
    const callers = [await paramsOf(slug, 'one'), await paramsOf(other, 'one'), await paramsOf(slug, 'other')];
    expect(await opened('announcements', ...callers)).toEqual({ count: 3, left: 1 });
  });
});
