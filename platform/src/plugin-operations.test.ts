import type { Plugin } from '@plexica/plugin-kit';
import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { describe, expect, it } from 'vitest';
import { createClient } from './client/client.ts';
import { mutate } from './client/mutate.ts';
import { notes } from './testing/notes-plugin.ts';
import { servePluginFor } from './testing/serve-plugin-for.ts';
import { startTestPlatform, type TestPlatform, type TestTenant } from './testing/test-platform.ts';

const count = 'query Count { tenant { notes } }';
const names = '{ tenant { notes name } }';

/** The notes with a UI that asks these. */
const asking = (version: string, operations: string[]): Plugin => ({
  ...notes,
  manifest: {
    ...notes.manifest,
    version,
    ui: { entry: 'remote.js', vue: '^3.5.0', slots: [{ slot: 'dashboard.widget/v1', expose: './Count' }], operations },
  },
});

const onlyRegistered = async ({ admin }: TestTenant) => {
  const { data } = await admin.query<{ tenant: { version: number } }>('{ tenant { version } }');
  await mutate(admin, 'updateTenantSettings', { registeredOperationsOnly: true, version: data?.tenant.version }, 'tenant { id }');
};

const trade = ({ url }: TestPlatform, { user }: TestTenant) =>
  fetch(`${url}/_plexica/ui-token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${user.token()}` },
    body: JSON.stringify({ plugin: 'notes' }),
  });

/** As the console sends it for a component of the plugin. */
const widget = async (platform: TestPlatform, tenant: TestTenant) => {
  const { token } = (await (await trade(platform, tenant)).json()) as { token: string };
  const client = createClient({ url: platform.url, tenantSlug: tenant.slug, token });
  return (text: string) => client.query(asSent(readOperation(text)));
};

describe('what a plugin’s components ask, where registered operations alone run', () => {
  it('is answered while the plugin is active there', async () => {
    await using platform = await startTestPlatform({ plugins: [asking('1.0.0', [count])] });
    const { acme, globex } = platform.tenants;
    await Promise.all([acme, globex].map(onlyRegistered));
    expect((await trade(platform, acme)).status).toBe(404);

    await acme.admin.activate('notes');

    const ask = await widget(platform, acme);
    expect(await ask(count)).toAnswer({ tenant: { __typename: 'Tenant', notes: 0 } });
    expect(await ask(names)).toFailWith('OPERATION_NOT_REGISTERED');
    expect((await trade(platform, globex)).status).toBe(404);

    await acme.admin.deactivate('notes');

    expect(await ask(count)).toFailWith('UNAUTHENTICATED');
    expect((await trade(platform, acme)).status).toBe(404);
  });

  it('is for nobody else to ask', async () => {
    await using platform = await startTestPlatform({ plugins: [asking('1.0.0', [count])] });
    const { acme } = platform.tenants;
    await onlyRegistered(acme);
    await acme.admin.activate('notes');
    const { url } = platform;
    for (const clientName of [undefined, 'notes', 'plexica-console', 'plexica-plugin/notes']) {
      const client = createClient({ url, tenantSlug: 'acme', token: acme.user.token(), clientName });
      expect(await client.query(asSent(readOperation(count)))).toFailWith('OPERATION_NOT_REGISTERED');
    }
  });

  it('is that of the version which the tenant has', async () => {
    await using platform = await startTestPlatform({ plugins: [asking('1.0.0', [count])] });
    const { acme, globex } = platform.tenants;
    await Promise.all([acme, globex].map(onlyRegistered));
    await acme.admin.activate('notes');
    const stop = await servePluginFor(platform.root, platform.url, asking('1.1.0', [names]));
    try {
      await globex.admin.activate('notes');

      expect(await (await widget(platform, acme))(count)).toAnswer({ tenant: { notes: 0 } });
      expect(await (await widget(platform, acme))(names)).toFailWith('OPERATION_NOT_REGISTERED');
      expect(await (await widget(platform, globex))(names)).toAnswer({ tenant: { name: 'Globex' } });
      expect(await (await widget(platform, globex))(count)).toFailWith('OPERATION_NOT_REGISTERED');
    } finally {
      await stop();
    }
  });
});
