import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { aRegistry, type Registry } from '../../test/a-registry.ts';
import { platformAdmin } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Publishes version 1.0.0 of a UI that asks these; answers the digest of its content. */
const publishAsking = async (registry: Registry, operations?: string[]) => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(zipSync({ 'remote.js': new Uint8Array() }))], { type: 'application/zip' }), 'ui.zip');
  const headers = { authorization: platformAdmin.user?.id ?? '' };
  const { id } = (await (await fetch(`${registry.url}/uploads`, { method: 'POST', body: form, headers })).json()) as { id: string };
  const ui = { entry: 'remote.js', vue: '^3.5.0', slots: [{ slot: 'dashboard.widget/v1', expose: './Widget' }], operations };
  const { userErrors } = await registry.publish({ ui }, crmSdl, id);
  if (userErrors.length) throw new Error(JSON.stringify(userErrors));
  const [row] = await registry.rows<{ digest: string }>("select digest from plexica.plugin_version where plugin_id = 'crm'");
  return row?.digest ?? '';
};

describe('what the UI of a version asks', () => {
  it('is kept as written, and told as the console sends it', async () => {
    await using registry = await aRegistry();
    const digest = await publishAsking(registry, ['{ crmContacts(first:1) { name } }']);
    const sent = '{\n  crmContacts(first: 1) {\n    name\n    __typename\n  }\n}';
    expect(await registry.plugins.uiOperations(digest)).toEqual({ [sha256(sent)]: sent });
  });

  it('is named by its content: another under the same version is another', async () => {
    await using registry = await aRegistry();
    const first = await publishAsking(registry, ['{ me { id } }']);
    await registry.mutate(platformAdmin, 'deletePlugin', { pluginId: 'crm' }, 'plugin { id }');
    const second = await publishAsking(registry, ['{ me { email } }']);

    expect(await registry.plugins.uiOperations(first)).toBeUndefined();
    expect(Object.values((await registry.plugins.uiOperations(second)) ?? {})).toEqual(['{\n  me {\n    email\n    __typename\n  }\n}']);
  });

  it('is nothing where the manifest says nothing', async () => {
    await using registry = await aRegistry();
    expect(await registry.plugins.uiOperations(await publishAsking(registry))).toEqual({});
  });

  it('keeps a version out that asks what nobody answers', async () => {
    await using registry = await aRegistry();
    await expect(publishAsking(registry, ['{ crmDeals { id } }'])).rejects.toThrow('UI_OPERATION_INVALID at ui.operations.0');
  });
});

describe('the record of a tenant', () => {
  it('names the content of its active versions, and follows after a start where it did not', async () => {
    await using registry = await aRegistry();
    const { acme, plugins } = registry;
    await registry.offer();
    await registry.active(acme);
    const digestOf = async () => (await plugins.sets.recordFor(acme)).plugins.crm?.digest;
    const [row] = await registry.rows<{ digest: string }>('select digest from plexica.plugin_version');
    expect(await digestOf()).toBe(row?.digest);

    await registry.rows(`update plexica.tenant_plugin_set set plugins = plugins #- '{crm,digest}'`);
    expect(await digestOf()).toBeUndefined();
    await plugins.sets.ensureInitialSupergraphs();
    expect(await digestOf()).toBe(row?.digest);
  });
});
