import { asSent, readOperation } from '@plexica/plugin-kit/operations';
import { describe, expect, it } from 'vitest';
import { createClient } from './client/client.ts';
import { notes } from './testing/notes-plugin.ts';
import { aComponent, onlyRegistered, tradeUiToken, withOperations } from './testing/plugin-component.ts';
import { servePluginFor } from './testing/serve-plugin-for.ts';
import { startTestPlatform } from './testing/test-platform.ts';

const count = 'query Count { tenant { notes } }';
const names = '{ tenant { notes name } }';

describe('what a plugin’s components ask, where registered operations alone run', () => {
  it('is answered while the plugin is active there', async () => {
    await using platform = await startTestPlatform({ plugins: [withOperations(notes, [count])] });
    const { url, tenants } = platform;
    const { acme, globex } = tenants;
    await onlyRegistered(acme.admin);
    expect((await tradeUiToken(url, acme.user, 'notes')).status).toBe(404);

    await acme.admin.activate('notes');

    const ask = await aComponent(url, acme.user, 'notes');
    expect(await ask(count)).toAnswer({ tenant: { __typename: 'Tenant', notes: 0 } });
    expect(await ask(names)).toFailWith('OPERATION_NOT_REGISTERED');
    expect((await tradeUiToken(url, globex.user, 'notes')).status).toBe(404);

    await acme.admin.deactivate('notes');

    expect(await ask(count)).toFailWith('UNAUTHENTICATED');
    expect((await tradeUiToken(url, acme.user, 'notes')).status).toBe(404);
  });

  it('is for nobody else to ask', async () => {
    await using platform = await startTestPlatform({ plugins: [withOperations(notes, [count])] });
    const { acme } = platform.tenants;
    await onlyRegistered(acme.admin);
    await acme.admin.activate('notes');
    for (const clientName of [undefined, 'notes', 'plexica-console', 'plexica-plugin/notes']) {
      const client = createClient({ url: platform.url, tenantSlug: 'acme', token: acme.user.token(), clientName });
      expect(await client.query(asSent(readOperation(count)))).toFailWith('OPERATION_NOT_REGISTERED');
    }
  });

  it('is that of the version which the tenant has', async () => {
    await using platform = await startTestPlatform({ plugins: [withOperations(notes, [count])] });
    const { url, root, tenants } = platform;
    const { acme, globex } = tenants;
    await Promise.all([onlyRegistered(acme.admin), onlyRegistered(globex.admin)]);
    await acme.admin.activate('notes');
    const stop = await servePluginFor(root, url, withOperations(notes, [names], '1.1.0'));
    try {
      await globex.admin.activate('notes');
      const [ofAcme, ofGlobex] = await Promise.all([acme, globex].map(({ user }) => aComponent(url, user, 'notes')));

      expect(await ofAcme?.(count)).toAnswer({ tenant: { notes: 0 } });
      expect(await ofAcme?.(names)).toFailWith('OPERATION_NOT_REGISTERED');
      expect(await ofGlobex?.(names)).toAnswer({ tenant: { name: 'Globex' } });
      expect(await ofGlobex?.(count)).toFailWith('OPERATION_NOT_REGISTERED');
    } finally {
      await stop();
    }
  });
});
