import type { Claims } from '@plexica/plugin-kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aRegistry, crm, type Registry } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

/** As the gateway describes whoever bears a platform API key with this permission alone. */
const publisher: Claims = { ...platformAdmin, session: 'key.1', roles: [], permissions: ['plugins.publish'] };
const fields = 'plugin { id status latestVersion name } pluginVersion { version status digest reviewNotes submittedAt publishedAt }';

let registry: Registry;
beforeAll(async () => {
  registry = await aRegistry();
});
afterAll(() => registry[Symbol.asyncDispose]());
afterEach(async () => {
  await registry.rows('delete from plexica.plugin');
  await registry.rows(`delete from plexica.outbox where name = 'plugin.published'`);
});

const handIn = (manifest: object = {}, sdl = crmSdl, claims = publisher) =>
  registry.mutate(claims, 'publishPlugin', { manifest: { ...crm, ...manifest }, sdl }, 'plugin { id status latestVersion }');
const step = (name: 'submit' | 'approve' | 'reject', input: object = {}, claims = name === 'submit' ? publisher : platformAdmin) =>
  registry.mutate(claims, `${name}PluginVersion`, { pluginId: 'crm', version: '1.0.0', ...input }, fields);
const submitted = async (manifest: { version?: string } = {}, sdl = crmSdl) => {
  await handIn(manifest, sdl);
  return (await step('submit', manifest.version ? { version: manifest.version } : {})).pluginVersion;
};
const seenBy = async (claims: Claims, source = '{ plugin(id: "crm") { status versions { version status reviewNotes } } }') =>
  (await registry.ask(claims, source)).data;
const published = () => registry.rows<{ name: string }>(`select name from plexica.outbox where name = 'plugin.published'`);

describe('a version from a publisher', () => {
  it('is a draft, goes into review, and is published by a platform admin', async () => {
    expect(await handIn()).toEqual({ plugin: { id: 'crm', status: 'DRAFT', latestVersion: '1.0.0' }, userErrors: [] });
    expect((await registry.install(registry.acme)).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);

    const inReview = await step('submit');
    expect(inReview.pluginVersion).toMatchObject({ status: 'IN_REVIEW', publishedAt: null, submittedAt: expect.anything() });
    expect((await registry.install(registry.acme)).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect(await published()).toEqual([]);

    const approved = await step('approve', { digest: inReview.pluginVersion.digest, reviewNotes: 'Well made.' });
    expect(approved).toMatchObject({
      plugin: { status: 'PUBLISHED', latestVersion: '1.0.0' },
      pluginVersion: { status: 'PUBLISHED', reviewNotes: 'Well made.', publishedAt: expect.anything() },
      userErrors: [],
    });
    expect(await published()).toHaveLength(1);
    expect(await registry.installed(registry.acme)).toMatchObject({ status: 'SUCCEEDED' });
    await registry.uninstalled(registry.acme);
    const audit = await registry.rows<{ action: string }>(`select action from plexica.audit_entry where target_id = 'crm' order by id`);
    expect(audit.map(({ action }) => action)).toEqual(['plugin.publish', 'plugin.submit', 'plugin.approve']);
  });

  it('leaves the published one as it is, and what the catalogue shows, until it is approved', async () => {
    await registry.publish();
    await handIn({ version: '1.1.0', name: 'CRM anew' });
    await step('submit', { version: '1.1.0' });
    expect(await seenBy(publisher, '{ plugin(id: "crm") { name status latestVersion } }')).toEqual({
      plugin: { name: 'CRM', status: 'PUBLISHED', latestVersion: '1.0.0' },
    });
    expect((await step('approve', { version: '1.1.0' })).plugin).toMatchObject({ name: 'CRM anew', latestVersion: '1.1.0' });
  });

  it('is seen by no tenant before it is published, nor is what was said of it after', async () => {
    const inTenant = claimsIn(registry.acme);
    await submitted();
    expect(await seenBy(inTenant)).toEqual({ plugin: null });
    expect((await seenBy(inTenant, '{ plugins { totalCount } }')).plugins.totalCount).toBe(0);
    expect((await seenBy(publisher)).plugin.versions).toHaveLength(1);
    await step('approve', { reviewNotes: 'Between us.' });
    await submitted({ version: '2.0.0' });
    expect(await seenBy(inTenant)).toEqual({
      plugin: { status: 'PUBLISHED', versions: [{ version: '1.0.0', status: 'PUBLISHED', reviewNotes: null }] },
    });
    expect((await seenBy(publisher)).plugin.versions).toHaveLength(2);
  });

  it('passes the checks when it is handed in, and once more when it is approved', async () => {
    expect((await handIn({}, crmSdl.replace('crmContacts', 'contacts'))).userErrors).toMatchObject([{ code: 'PLUGIN_SCHEMA_INVALID' }]);
    await submitted();
    // Meanwhile another plugin takes a name that this one's begins.
    await registry.rows(
      `insert into plexica.plugin (id, name, description, status, latest_version) values ('crm-contacts', 'C', 'C', 'PUBLISHED', '1.0.0')`,
    );
    expect((await step('approve')).userErrors).toMatchObject([{ code: 'PLUGIN_MANIFEST_INVALID' }]);
    expect((await seenBy(publisher)).plugin.versions).toMatchObject([{ status: 'IN_REVIEW' }]);
  });

  it('may be handed in anew while nobody counts on it, not while it is in review or published', async () => {
    const other = (text: string) => handIn({ description: text });
    await handIn();
    expect((await other('Second thoughts.')).userErrors).toEqual([]);
    await step('submit');
    expect((await other('Unseen.')).userErrors).toMatchObject([{ code: 'PLUGIN_VERSION_EXISTS' }]);
    expect((await other('Second thoughts.')).userErrors).toEqual([]);
    expect((await seenBy(publisher)).plugin.versions).toMatchObject([{ status: 'IN_REVIEW' }]);

    await step('reject', { reviewNotes: 'Say more.' });
    expect((await seenBy(publisher)).plugin.versions).toMatchObject([{ status: 'REJECTED', reviewNotes: 'Say more.' }]);
    expect((await other('Here is more.')).userErrors).toEqual([]);
    await step('submit');
    expect((await step('approve')).userErrors).toEqual([]);
    expect((await other('Too late.')).userErrors).toMatchObject([{ code: 'PLUGIN_VERSION_EXISTS' }]);
  });

  it('is approved only as it was looked at', async () => {
    const { digest } = await submitted();
    await step('reject', { reviewNotes: 'No.' });
    await handIn({ description: 'Another content.' });
    await step('submit');
    for (const name of ['approve', 'reject'] as const)
      expect((await step(name, { digest, reviewNotes: 'Late.' })).userErrors).toMatchObject([
        { code: 'VERSION_CONFLICT', path: ['input', 'digest'] },
      ]);
  });

  it.each([
    ['submit', 'PUBLISHED'],
    ['approve', 'DRAFT'],
    ['reject', 'DRAFT'],
    ['approve', 'PUBLISHED'],
    ['reject', 'PUBLISHED'],
  ] as const)('takes no step that begins elsewhere: %s of what is %s', async (name, status) => {
    await handIn({}, crmSdl, status === 'PUBLISHED' ? platformAdmin : publisher);
    expect((await step(name, name === 'reject' ? { reviewNotes: 'Why.' } : {})).userErrors).toMatchObject([
      { code: 'REVIEW_STATUS_WRONG', path: ['input', 'version'] },
    ]);
  });

  it('is decided on once, however many decide at once', async () => {
    await submitted();
    const decisions = [step('approve'), step('reject', { reviewNotes: 'No.' }), step('approve')];
    const outcomes = await Promise.all(decisions);
    expect(outcomes.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect((await published()).length).toBe(outcomes[1].userErrors.length ? 1 : 0);
  });
});

describe('a platform admin', () => {
  it('publishes at once, also what a publisher handed in before', async () => {
    await submitted();
    expect((await handIn({}, crmSdl, platformAdmin)).plugin).toMatchObject({ status: 'PUBLISHED' });
    expect((await seenBy(publisher)).plugin.versions).toMatchObject([{ status: 'PUBLISHED' }]);
  });

  it('sees what waits for a review, with what it changes', async () => {
    await registry.publish();
    await submitted({ version: '1.1.0' }, crmSdl.replace('name: String!', 'name: String!\n  mail: String'));
    const source = '{ pluginVersions { totalCount edges { node { version plugin { id } schemaDiff { kind coordinate before after } } } } }';
    expect(await seenBy(platformAdmin, source)).toEqual({
      pluginVersions: {
        totalCount: 1,
        edges: [
          {
            node: {
              version: '1.1.0',
              plugin: { id: 'crm' },
              schemaDiff: [{ kind: 'ADDED', coordinate: 'CrmContact.mail', before: null, after: 'mail: String' }],
            },
          },
        ],
      },
    });
    expect((await seenBy(platformAdmin, '{ pluginVersions(status: null) { totalCount } }')).pluginVersions.totalCount).toBe(2);
  });

  it('rejects with a word on why', async () => {
    await submitted();
    expect((await step('reject', { reviewNotes: ' ' })).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'reviewNotes'] },
    ]);
  });

  it('deprecates what was published, not what waits', async () => {
    await registry.publish();
    await submitted({ version: '1.1.0' });
    await registry.mutate(platformAdmin, 'deprecatePlugin', { pluginId: 'crm' }, 'plugin { id }');
    const { plugin } = await seenBy(publisher);
    expect(plugin.versions.map(({ status }: { status: string }) => status).toSorted()).toEqual(['DEPRECATED', 'IN_REVIEW']);
  });
});

describe('nobody else', () => {
  it('hands in, submits, decides or looks', async () => {
    await submitted();
    const asked = { pluginId: 'crm', version: '1.0.0' };
    const inTenant = claimsIn(registry.acme, ['*']);
    const powerless = { ...publisher, permissions: [] };
    for (const claims of [inTenant, powerless]) {
      await expect(handIn({ version: '2.0.0' }, crmSdl, claims)).rejects.toThrow('FORBIDDEN');
      await expect(step('submit', asked, claims)).rejects.toThrow('FORBIDDEN');
    }
    for (const claims of [inTenant, powerless, publisher]) {
      await expect(step('approve', asked, claims)).rejects.toThrow('FORBIDDEN');
      await expect(step('reject', { ...asked, reviewNotes: 'No.' }, claims)).rejects.toThrow('FORBIDDEN');
      expect((await registry.ask(claims, '{ pluginVersions { totalCount } }')).codes).toEqual(['FORBIDDEN']);
    }
  });
});
