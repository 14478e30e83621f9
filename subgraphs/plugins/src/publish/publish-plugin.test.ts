import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { aRegistry, type Registry } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';
import { crmSdl, link } from '../../test/core.ts';

const text = (content: string) => new TextEncoder().encode(content);
const ui = { entry: 'remote.js', vue: '^3.5.0', slots: [{ slot: 'dashboard.widget/v1', expose: './Widget', title: 'Deals' }] };

const upload = async (registry: Registry, files: Record<string, Uint8Array>, who = platformAdmin.user?.id ?? '') => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(zipSync(files))], { type: 'application/zip' }), 'ui.zip');
  const response = await fetch(`${registry.url}/uploads`, { method: 'POST', body: form, headers: { authorization: who } });
  return ((await response.json()) as { id: string }).id;
};

describe('publishing a version', () => {
  it('puts it into the catalogue at once, and records it', async () => {
    await using registry = await aRegistry();

    expect(await registry.publish()).toEqual({ plugin: { id: 'crm', latestVersion: '1.0.0' }, userErrors: [] });

    const { data } = await registry.ask(
      claimsIn(registry.acme, []),
      '{ plugins { totalCount edges { node { id name status versions { version status sdl checks { code } } stats { activeTenants } } } } }',
    );
    expect(data.plugins).toEqual({
      totalCount: 1,
      edges: [
        {
          node: {
            id: 'crm',
            name: 'CRM',
            status: 'PUBLISHED',
            versions: [{ version: '1.0.0', status: 'PUBLISHED', sdl: crmSdl, checks: [] }],
            stats: { activeTenants: 0 },
          },
        },
      ],
    });
    expect(await registry.rows("select data from plexica.outbox where name = 'plugin.published'")).toEqual([
      { data: { plugin: { id: 'crm', version: '1.0.0' } } },
    ]);
  });

  it('warns of operations that tenants used in the last 30 days and could not ask of it', async () => {
    await using registry = await aRegistry();
    const { acme, globex, plugins } = registry;
    await registry.offer();
    await registry.active(acme);
    const asked = (tenantId: string, name: string, selection: string) => ({
      ...{ tenantId, name, calls: 7, hash: name, kind: 'query' as const, supergraph: '', elements: [] },
      text: `query ${name} { ${selection} }`,
    });
    await plugins.usage.record([
      asked(acme.id, 'Board', 'crmContacts(first: 0) { name } tenant { crm { contacts } fromAnotherPlugin }'),
      asked(acme.id, 'Names', 'crmContacts { id }'),
      asked(globex.id, 'NotActiveHere', 'crmContacts { name }'),
    ]);

    const published = await registry.publish({ version: '2.0.0' }, crmSdl.replace('name: String!', 'label: String!'));

    expect(published.userErrors).toEqual([]);
    const { data } = await registry.ask(platformAdmin, '{ plugin(id: "crm") { versions { version checks { code severity hint } } } }');
    const checks = data.plugin.versions.find(({ version }: { version: string }) => version === '2.0.0').checks;
    expect(checks).toEqual([{ code: 'OPERATION_WOULD_BREAK', severity: 'WARNING', hint: expect.any(String) }]);
    expect(checks[0].hint).toMatch(/"Board", asked 7 times in 30 days by one tenant.*"name"/);
    expect(checks[0].hint).not.toMatch(/fromAnotherPlugin|acme/);
  });

  it('is the same again for the same content, and refused for any other', async () => {
    await using registry = await aRegistry();
    await registry.publish();

    expect((await registry.publish()).userErrors).toEqual([]);
    expect(await registry.publish({ description: 'Something else.' })).toMatchObject({
      plugin: null,
      userErrors: [{ code: 'PLUGIN_VERSION_EXISTS' }],
    });
    expect((await registry.publish({}, `${crmSdl}\ntype CrmMore { n: Int }`)).userErrors).toMatchObject([
      { code: 'PLUGIN_VERSION_EXISTS' },
    ]);
    expect(await registry.rows("select 1 from plexica.outbox where name = 'plugin.published'")).toHaveLength(1);
  });

  it('keeps the highest version as the newest, whenever it came', async () => {
    await using registry = await aRegistry();
    await registry.publish({ version: '1.10.0', name: 'Ten' });

    expect(await registry.publish({ version: '1.9.0', name: 'Nine' })).toMatchObject({ plugin: { latestVersion: '1.10.0' } });
    const { data } = await registry.ask(
      claimsIn(registry.acme),
      '{ plugin(id: "crm") { name versions { version } } none: plugin(id: "none") { id } }',
    );
    expect(data.plugin.name).toBe('Ten');
    expect(data.none).toBeNull();
  });

  it('is refused with what, where and why, and leaves nothing behind', async () => {
    await using registry = await aRegistry();

    expect((await registry.publish({ version: 'one' })).userErrors).toEqual([
      expect.objectContaining({
        code: 'PLUGIN_MANIFEST_INVALID',
        path: ['input', 'manifest', 'version'],
        message: expect.stringContaining('semver'),
      }),
    ]);
    expect((await registry.publish({}, `${link}\ntype Query { contacts: Int }`)).userErrors).toEqual([
      expect.objectContaining({
        code: 'PLUGIN_SCHEMA_INVALID',
        path: ['input', 'sdl', 'Query.contacts'],
        message: 'NAME_PREFIX at Query.contacts: Fields of the plugin crm begin with crm.',
      }),
    ]);
    expect((await registry.publish({}, `${link}\ntype Query { crmOf: CrmNothing }`)).userErrors).toMatchObject([
      { code: 'PLUGIN_SCHEMA_INVALID' },
    ]);
    await registry.publish();
    const rival = crmSdl.replaceAll('crm', 'crmPlus').replaceAll('Crm', 'CrmPlus');
    expect((await registry.publish({ id: 'crm-plus' }, rival)).userErrors).toMatchObject([{ code: 'PLUGIN_MANIFEST_INVALID' }]);
    expect(await registry.rows('select id from plexica.plugin')).toEqual([{ id: 'crm' }]);
  });

  it('needs a platform admin', async () => {
    await using registry = await aRegistry();
    const publish = (claims: typeof platformAdmin) => registry.mutate(claims, 'publishPlugin', { manifest: {}, sdl: '' }, 'plugin { id }');
    await expect(publish(claimsIn(registry.acme))).rejects.toThrow('FORBIDDEN');
    await expect(publish({ ...platformAdmin, user: null, roles: [] })).rejects.toThrow('UNAUTHENTICATED');
    expect((await registry.ask({ ...platformAdmin, user: null }, '{ plugins { totalCount } }')).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('the UI of a version', () => {
  it('is served from its digest, immutable, with the type of each file, and can be checked', async () => {
    await using registry = await aRegistry();
    const remote = text('export const Widget = 1;');
    const uiBundle = await upload(registry, { 'remote.js': remote, 'assets/a.css': text('a{}'), 'assets/a.svg': text('<svg/>') });
    expect((await registry.publish({ ui }, crmSdl, uiBundle)).userErrors).toEqual([]);
    await registry.mutate(
      platformAdmin,
      'registerPluginService',
      { pluginId: 'crm', version: '1.0.0', url: 'http://127.0.0.1:9' },
      'credential',
    );
    await registry.active(registry.acme);

    const { data } = await registry.ask(
      claimsIn(registry.acme),
      '{ installation(pluginId: "crm") { ui { entry integrity vue slots { slot expose title } } health { reachable } } }',
    );
    expect(data.installation).toEqual({
      ui: {
        entry: expect.stringMatching(/^\/plugins\/crm\/[0-9a-f]{32}\/remote\.js$/),
        integrity: `sha384-${createHash('sha384').update(remote).digest('base64')}`,
        vue: '^3.5.0',
        slots: ui.slots,
      },
      health: { reachable: false },
    });
    const folder = `${registry.url}${data.installation.ui.entry.replace('/remote.js', '')}`;
    const entry = await fetch(`${folder}/remote.js`);
    expect(await entry.text()).toBe('export const Widget = 1;');
    expect(Object.fromEntries(entry.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect((await fetch(`${folder}/assets/a.svg`)).headers.get('content-type')).toBe('image/svg+xml');
    for (const path of [
      'nothing.js',
      '../remote.js',
      '..%2f..%2f..%2fuploads',
      '%2e%2e/remote.js',
      'remote.js%00',
      'remote.js.content-type',
      '',
    ])
      expect([path, (await fetch(`${folder}/${path}`)).status]).toEqual([path, 404]);
  });

  it('is refused when it leaves its folder, is too large, is no zip, or lacks the entry', async () => {
    await using registry = await aRegistry();
    const bundles: [string, Record<string, Uint8Array>][] = [
      ['a way out', { 'remote.js': text('1'), '../evil.js': text('1') }],
      ['a way to the root', { 'remote.js': text('1'), '/etc/evil.js': text('1') }],
      ['a way out of Windows', { 'remote.js': text('1'), '..\\evil.js': text('1') }],
      ['no entry', { 'other.js': text('1') }],
      ['a bomb', { 'remote.js': text('1'), 'zeros.bin': new Uint8Array(11_000_000) }],
      ['too many files', Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`${index}.js`, text('1')]))],
    ];
    for (const [what, files] of bundles)
      expect([what, (await registry.publish({ ui }, crmSdl, await upload(registry, files))).userErrors]).toEqual([
        what,
        [expect.objectContaining({ code: 'PLUGIN_MANIFEST_INVALID', path: ['input', 'uiBundle'] })],
      ]);
    expect((await registry.publish({ ui })).userErrors).toMatchObject([{ code: 'PLUGIN_MANIFEST_INVALID', path: ['input', 'uiBundle'] }]);
    expect(await registry.rows('select id from plexica.plugin')).toEqual([]);
  });
});

describe('an upload', () => {
  it('counts once, for who sent it', async () => {
    await using registry = await aRegistry();
    const files = { 'remote.js': text('1') };
    const ofAnother = await upload(registry, files, 'somebody else');
    const own = await upload(registry, files);

    expect((await registry.publish({ ui }, crmSdl, ofAnother)).userErrors).toMatchObject([{ code: 'UPLOAD_NOT_FOUND' }]);
    expect((await registry.publish({ ui }, crmSdl, '../../secret')).userErrors).toMatchObject([{ code: 'UPLOAD_NOT_FOUND' }]);
    expect((await registry.publish({ ui }, crmSdl, own)).userErrors).toEqual([]);
    expect((await registry.publish({ ui, version: '1.1.0' }, crmSdl, own)).userErrors).toMatchObject([{ code: 'UPLOAD_NOT_FOUND' }]);
  });

  it('needs sign-in, a file, and a size that can be borne', async () => {
    await using registry = await aRegistry();
    const send = async (body: FormData | string, headers: Record<string, string> = { authorization: 'me' }) =>
      (await fetch(`${registry.url}/uploads`, { method: 'POST', body, headers })).status;
    const form = (size: number) => {
      const data = new FormData();
      data.append('file', new Blob([new Uint8Array(size)]), 'a.bin');
      return data;
    };

    expect(await send(form(10), {})).toBe(401);
    expect(await send(form(10))).toBe(200);
    expect(await send(new FormData())).toBe(400);
    expect(await send('text', { authorization: 'me', 'content-type': 'text/plain' })).toBe(400);
    expect(await send(form(20_000_001))).toBe(413);
  });
});
