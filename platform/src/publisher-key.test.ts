import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from './client/client.ts';
import { mutate } from './client/mutate.ts';
import { startTestPlatform, type TestPlatform } from './testing/test-platform.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { hintsCount: Int }`;
const manifest = { id: 'hints', name: 'Hints', version: '1.0.0', description: 'A hint a day.' };
const asked = { pluginId: 'hints', version: '1.0.0' };
const wanted = 'plugin { id status versions { version status } }';
const publish = `mutation ($input: PublishPluginInput!) { publishPlugin(input: $input) { ${wanted} userErrors { code } } }`;
const approve = `mutation ($input: ApprovePluginVersionInput!) { approvePluginVersion(input: $input) { ${wanted} userErrors { code } } }`;
const catalogue = '{ plugin(id: "hints") { status versions { version status } } }';

let platform: TestPlatform;
let publisher: Client;
beforeAll(async () => {
  platform = await startTestPlatform();
  const made = { name: 'CI of a plugin author', permissions: ['plugins.publish'] };
  const { secret } = await mutate<{ secret: string }>(platform.root, 'createApiKey', made, 'secret');
  publisher = createClient({ url: platform.url, token: secret });
});
afterAll(() => platform[Symbol.asyncDispose]());

describe('a publisher key', () => {
  it('hands in a version that a platform admin publishes; until then no tenant sees it', async () => {
    const { acme } = platform.tenants;
    const handedIn = await publisher.query(publish, { input: { manifest, sdl } });
    expect(handedIn.data).toMatchObject({
      publishPlugin: { plugin: { status: 'DRAFT', versions: [{ version: '1.0.0', status: 'DRAFT' }] }, userErrors: [] },
    });
    await mutate(publisher, 'submitPluginVersion', asked, wanted);
    expect((await acme.admin.query(catalogue)).data).toEqual({ plugin: null });
    expect(await publisher.query(approve, { input: asked })).toFailWith('FORBIDDEN');

    expect((await platform.root.query(approve, { input: asked })).data).toMatchObject({
      approvePluginVersion: { plugin: { status: 'PUBLISHED', versions: [{ status: 'PUBLISHED' }] }, userErrors: [] },
    });
    expect((await acme.admin.query(catalogue)).data).toMatchObject({ plugin: { status: 'PUBLISHED' } });
  });

  it('does nothing else that platform admins do', async () => {
    for (const document of [
      '{ tenants { totalCount } }',
      '{ pluginVersions { totalCount } }',
      'mutation { deletePlugin(input: { pluginId: "hints" }) { userErrors { code } } }',
    ])
      expect(await publisher.query(document)).toFailWith('FORBIDDEN');
  });

  it('is no other key: one without the permission publishes nothing, and a tenant has none that does', async () => {
    const { secret } = await mutate<{ secret: string }>(
      platform.root,
      'createApiKey',
      { name: 'Other', permissions: ['users.read'] },
      'secret',
    );
    const other = createClient({ url: platform.url, token: secret });
    expect(await other.query(publish, { input: { manifest, sdl } })).toFailWith('FORBIDDEN');
    expect(await platform.tenants.acme.admin.query(publish, { input: { manifest, sdl } })).toFailWith('GRAPHQL_VALIDATION_FAILED');
  });
});
