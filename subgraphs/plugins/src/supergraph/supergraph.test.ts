import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { aRegistry } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';

const supergraph = 'supergraph { hash sdl switchedAt subgraphs { name pluginId } }';
const ofTenant = (id: string) =>
  `{ _entities(representations: [{ __typename: "Tenant", id: "${id}" }]) { ... on Tenant { ${supergraph} } } }`;

describe('the supergraph of a tenant', () => {
  it('is told as its clients see it, without the platform and without other tenants’ plugins', async () => {
    await using registry = await aRegistry();
    const { acme, globex } = registry;
    await registry.offer();
    await registry.active(acme);

    const own = (await registry.ask(claimsIn(acme), ofTenant(acme.id))).data._entities[0].supergraph;
    const other = (await registry.ask(claimsIn(globex), ofTenant(globex.id))).data._entities[0].supergraph;

    expect(own.subgraphs.at(-1)).toEqual({ name: 'crm', pluginId: 'crm' });
    expect(other.subgraphs.map(({ pluginId }: { pluginId: string | null }) => pluginId)).toEqual([null, null, null]);
    expect(buildSchema(own.sdl).getType('CrmContact')).toBeDefined();
    expect(other.sdl).not.toMatch(/CrmContact|crmContacts|CrmOverview/);
    expect(own.sdl + other.sdl).not.toMatch(/publishPlugin|createTenant\(|join__|@link/);
    expect((await registry.ask(claimsIn(globex), ofTenant(acme.id))).data._entities).toEqual([null]);
  });

  it('has a hash of its content: equal for equal sets, another for another audience or version', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.offer({ version: '1.1.0' });
    await registry.active(registry.acme, { version: '1.0.0' });
    await registry.active(registry.globex, { version: '1.1.0' });
    const { sets } = registry.plugins;
    const hashes = [await sets.recordFor(registry.acme), await sets.recordFor(registry.globex), await sets.platformRecord()].map(
      (one) => one.supergraph,
    );

    expect(new Set([...hashes, await sets.publicSupergraph()]).size).toBe(4);
    const platform = await sets.supergraph(hashes[2] ?? '');
    expect(platform).toMatchObject({ audience: 'platform', subgraphs: ['tenancy', 'identity', 'plugins'] });
    expect(platform?.sdl).toContain('http://tenancy.subgraph');
    expect(await sets.supergraph('nothing')).toBeUndefined();
  });

  it('is there again after a restart without composing anything anew', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.active(registry.acme);
    const before = await registry.plugins.sets.recordFor(registry.acme);
    const sets = await registry.rows('select hash, composed_at from plexica.plugin_set order by hash');

    await registry.plugins.sets.ensureInitialSupergraphs();

    expect(await registry.plugins.sets.recordFor(registry.acme)).toEqual(before);
    expect(await registry.rows('select hash, composed_at from plexica.plugin_set order by hash')).toEqual(sets);
  });
});

describe('watching a supergraph', () => {
  it('shows it as it is now, then after each switch, and hears nothing of other tenants', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    const watch = async (claims: Parameters<typeof registry.follow>[0]) =>
      registry.follow(claims, 'subscription { supergraphChanged { hash subgraphs { name } } }');
    const acme = await watch(claimsIn(registry.acme));
    const globex = await watch(claimsIn(registry.globex));
    const names = async (stream: typeof acme) =>
      (await stream.next()).value.data.supergraphChanged.subgraphs.map(({ name }: { name: string }) => name);
    expect(await names(acme)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(await names(globex)).toEqual(['tenancy', 'identity', 'plugins']);
    const silent = Promise.race([names(globex), new Promise((resolve) => setTimeout(resolve, 2_500, 'silence'))]);

    await registry.active(registry.acme);
    expect(await names(acme)).toEqual(['tenancy', 'identity', 'plugins', 'crm']);
    await registry.deactivate(registry.acme);
    expect(await names(acme)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(await silent).toBe('silence');
    await acme.return?.();
  });

  it('needs sign-in', async () => {
    await using registry = await aRegistry();
    const answer = await registry.follow({ ...claimsIn(registry.acme), user: null }, 'subscription { supergraphChanged { hash } }');
    expect(JSON.stringify(answer)).toContain('UNAUTHENTICATED');
    expect((await registry.ask({ ...platformAdmin, user: null, roles: [] }, '{ hooks { name } }')).codes).toEqual(['UNAUTHENTICATED']);
  });
});
