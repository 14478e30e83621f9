import type { Plugin } from '@plexica/plugin-kit';
import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { pluginClientName } from '@plexica/schema';
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

/** As the console sends it for a component of the plugin. */
const widget = ({ url }: TestPlatform, { user, slug }: TestTenant, clientName: string | undefined = pluginClientName('notes')) => {
  const client = createClient({ url, tenantSlug: slug, token: user.token(), clientName });
  return (text: string) => client.query(asSent(readOperation(text)));
};

describe('what a plugin’s components ask, where registered operations alone run', () => {
  it('is answered while the plugin is active there', async () => {
    await using platform = await startTestPlatform({ plugins: [asking('1.0.0', [count])] });
    const { acme, globex } = platform.tenants;
    await Promise.all([acme, globex].map(onlyRegistered));
    const ask = widget(platform, acme);
    expect(await ask(count)).toFailWith('OPERATION_NOT_REGISTERED');

    await acme.admin.activate('notes');

    expect(await ask(count)).toAnswer({ tenant: { __typename: 'Tenant', notes: 0 } });
    expect(await ask(names)).toFailWith('OPERATION_NOT_REGISTERED');
    for (const client of ['', 'notes', 'plexica-console', pluginClientName('note')])
      expect(await widget(platform, acme, client)(count)).toFailWith('OPERATION_NOT_REGISTERED');
    expect(await widget(platform, globex)(count)).toFailWith('OPERATION_NOT_REGISTERED');

    await acme.admin.deactivate('notes');

    expect(await ask(count)).toFailWith('OPERATION_NOT_REGISTERED');
  });

  it('is that of the version which the tenant has', async () => {
    await using platform = await startTestPlatform({ plugins: [asking('1.0.0', [count])] });
    const { acme, globex } = platform.tenants;
    await Promise.all([acme, globex].map(onlyRegistered));
    await acme.admin.activate('notes');
    const stop = await servePluginFor(platform.root, platform.url, asking('1.1.0', [names]));
    try {
      await globex.admin.activate('notes');

      expect(await widget(platform, acme)(count)).toAnswer({ tenant: { notes: 0 } });
      expect(await widget(platform, acme)(names)).toFailWith('OPERATION_NOT_REGISTERED');
      expect(await widget(platform, globex)(names)).toAnswer({ tenant: { name: 'Globex' } });
      expect(await widget(platform, globex)(count)).toFailWith('OPERATION_NOT_REGISTERED');
    } finally {
      await stop();
    }
  });
});
