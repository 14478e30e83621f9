import { describe, expect, it } from 'vitest';
import { aRegistry, type Registry } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

const change = (registry: Registry, name: string, input: object = {}) =>
  registry.mutate(platformAdmin, name, { pluginId: 'crm', ...input }, 'plugin { id name category status }');

describe('a deprecated plugin', () => {
  it('is installed by nobody new, and goes on where it is', async () => {
    await using registry = await aRegistry();
    const { acme, globex } = registry;
    await registry.offer();
    await registry.active(acme);

    expect(await change(registry, 'deprecatePlugin')).toMatchObject({ plugin: { status: 'DEPRECATED' }, userErrors: [] });

    expect((await registry.install(globex)).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect(await registry.subgraphsOf(acme)).toContain('crm');
    expect((await registry.deactivate(acme)).userErrors).toEqual([]);
    expect((await registry.activate(acme)).installation.status).toBe('ACTIVE');
  });

  it('may be one version of it alone', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.offer({ version: '1.1.0' });

    expect(await change(registry, 'deprecatePlugin', { version: '1.0.0' })).toMatchObject({ plugin: { status: 'PUBLISHED' } });
    expect((await registry.install(registry.acme, { version: '1.0.0' })).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect((await registry.install(registry.acme)).userErrors).toEqual([]);
    expect((await change(registry, 'deprecatePlugin', { version: '7.0.0' })).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
  });
});

describe('deleting a plugin', () => {
  it('is refused while a tenant has it installed, active or not', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.installed(registry.acme);
    const stats = '{ plugin(id: "crm") { stats { activeTenants installations } } }';
    expect((await registry.ask(claimsIn(registry.acme), stats)).data.plugin.stats).toEqual({ activeTenants: 0, installations: 1 });

    expect(await change(registry, 'deletePlugin')).toMatchObject({ plugin: null, userErrors: [{ code: 'PLUGIN_IN_USE' }] });
    await registry.uninstalled(registry.acme);
    expect(await change(registry, 'deletePlugin')).toMatchObject({ plugin: { id: 'crm' }, userErrors: [] });

    expect(await registry.rows('select * from plexica.plugin_service')).toEqual([]);
    expect((await change(registry, 'deletePlugin')).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect((await registry.publish({ description: 'Anew.' })).userErrors).toEqual([]);
  });

  it('is not held up by a tenant that is gone', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.active(registry.acme);
    await registry.foundation.database.dropTenantSchema(registry.acme);

    expect((await change(registry, 'deletePlugin')).userErrors).toEqual([]);
  });
});

describe('presenting a plugin anew', () => {
  it('changes what the catalogue shows, and no version', async () => {
    await using registry = await aRegistry();
    await registry.publish({ category: 'sales' });

    expect(await change(registry, 'updatePlugin', { name: 'Customers', category: null })).toMatchObject({
      plugin: { name: 'Customers', category: null },
      userErrors: [],
    });
    expect((await change(registry, 'updatePlugin', { name: '' })).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'name'] },
    ]);
    expect((await registry.publish({ category: 'sales' })).userErrors).toEqual([]);
  });

  it('is for platform admins, as is all of this', async () => {
    await using registry = await aRegistry();
    await registry.publish();
    for (const name of ['updatePlugin', 'deprecatePlugin', 'deletePlugin'])
      await expect(registry.mutate(claimsIn(registry.acme), name, { pluginId: 'crm' }, 'plugin { id }')).rejects.toThrow('FORBIDDEN');
  });
});

describe('the catalogue', () => {
  it('comes in pages by name, searched and narrowed', async () => {
    await using registry = await aRegistry();
    for (const [id, name] of [
      ['alpha', 'Zebra'],
      ['beta', 'Yak'],
      ['gamma', 'Xerus'],
    ] as const)
      await registry.publish(
        { id, name, category: id === 'beta' ? 'b' : 'a' },
        crmSdl.replaceAll('crm', id).replaceAll('Crm', `${id[0]?.toUpperCase()}${id.slice(1)}`),
      );
    const page = async (args: string) =>
      (
        await registry.ask(
          claimsIn(registry.acme),
          `{ plugins(${args}) { totalCount edges { cursor node { name } } pageInfo { hasNextPage } } }`,
        )
      ).data?.plugins;

    const first = await page('first: 2');
    expect(first).toMatchObject({
      totalCount: 3,
      edges: [{ node: { name: 'Xerus' } }, { node: { name: 'Yak' } }],
      pageInfo: { hasNextPage: true },
    });
    expect(await page(`first: 2, after: "${first.edges[1].cursor}"`)).toMatchObject({
      edges: [{ node: { name: 'Zebra' } }],
      pageInfo: { hasNextPage: false },
    });
    expect(await page('filter: { search: "YA" }')).toMatchObject({ totalCount: 1 });
    expect(await page('filter: { search: "%" }')).toMatchObject({ totalCount: 0 });
    expect(await page('filter: { category: "a" }')).toMatchObject({ totalCount: 2 });
  });
});
