import { describe, expect, it } from 'vitest';
import { aRegistry } from '../../test/a-registry.ts';
import { claimsIn, platformAdmin } from '../../test/claims.ts';
import { crmSdl } from '../../test/core.ts';

const migrations = [{ name: '0001-contact', sql: 'create table contact (id serial primary key, name text not null)' }];
const configuration = {
  type: 'object',
  properties: {
    days: { type: 'integer', minimum: 1, maximum: 365, default: 90 },
    key: { type: 'string', minLength: 3, writeOnly: true },
  },
  additionalProperties: false,
};

describe('installing a plugin', () => {
  it('answers at once, goes on as an operation, and shows nothing yet', async () => {
    await using registry = await aRegistry();
    const { acme, foundation } = registry;
    await registry.offer({ migrations, permissions: { 'crm.contacts.read': { description: 'See contacts', roles: ['user'] } } });

    const { installation, operation, userErrors } = await registry.install(acme);
    expect(userErrors).toEqual([]);
    expect(installation).toMatchObject({ status: expect.stringMatching(/INSTALLING|INSTALLED/), pluginVersion: '1.0.0', version: 1 });
    const ended = await foundation.operations.settled(operation.id);

    expect(ended).toMatchObject({ kind: 'PLUGIN_INSTALL', status: 'SUCCEEDED', tenantId: acme.id });
    expect(ended.steps.map(({ name }) => name)).toEqual(['schema', 'permissions', 'compose', 'installed']);
    expect(await registry.statusIn(acme)).toBe('INSTALLED');
    expect(registry.permissions).toEqual(['+ acme crm crm.contacts.read user']);
    expect(await foundation.database.countPluginRecords(acme, 'crm')).toEqual({ contact: 0 });
    expect(await registry.subgraphsOf(acme)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(await registry.eventsOf(acme)).toEqual(['plugin.installed']);
  });

  it('is the same again for the same version, also for many who ask at once', async () => {
    await using registry = await aRegistry();
    await registry.offer();

    const answers = await Promise.all(Array.from({ length: 6 }, () => registry.install(registry.acme)));
    const operations = new Set(answers.flatMap(({ operation }) => (operation ? [operation.id] : [])));
    for (const id of operations) await registry.foundation.operations.settled(id as string);

    expect(answers.map(({ userErrors }) => userErrors)).toEqual(Array.from({ length: 6 }, () => []));
    expect(operations.size).toBe(1);
    expect(await registry.install(registry.acme)).toMatchObject({ installation: { status: 'INSTALLED' }, operation: null });
    expect(await registry.eventsOf(registry.acme)).toEqual(['plugin.installed']);
  });

  it('takes the newest published version, and no other beside it', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.offer({ version: '1.1.0' });
    await registry.offer({ version: '1.0.5' });

    await registry.installed(registry.acme);

    const other = await registry.install(registry.acme, { version: '1.0.0' });
    expect(other).toMatchObject({ installation: null, userErrors: [{ code: 'INSTALLATION_EXISTS' }] });
    expect((await registry.ask(claimsIn(registry.acme), '{ installation(pluginId: "crm") { pluginVersion } }')).data).toEqual({
      installation: { pluginVersion: '1.1.0' },
    });
    expect((await registry.install(registry.globex, { version: '9.9.9' })).userErrors).toMatchObject([{ code: 'PLUGIN_NOT_FOUND' }]);
    expect((await registry.install(registry.globex, { pluginId: 'nothing' })).userErrors).toMatchObject([
      { code: 'PLUGIN_NOT_FOUND', path: ['input', 'pluginId'] },
    ]);
  });

  it('is undone and says why when a step fails for good, and can be tried again', async () => {
    let broken = true;
    await using registry = await aRegistry({
      permissionRegistry: {
        add: async () => {
          if (broken) throw new Error('the roles are away');
        },
        remove: async () => {},
      },
    });
    const { acme, foundation } = registry;
    await registry.offer({ migrations });

    expect(await registry.installed(acme)).toMatchObject({ status: 'COMPENSATED', error: 'the roles are away' });
    const { data } = await registry.ask(claimsIn(acme), '{ installation(pluginId: "crm") { status problems { code message } } }');
    expect(data.installation).toEqual({ status: 'FAILED', problems: [{ code: 'INSTALLATION_FAILED', message: 'the roles are away' }] });
    expect(await foundation.database.countPluginRecords(acme, 'crm')).toEqual({});
    expect((await registry.activate(acme)).userErrors).toMatchObject([{ code: 'INSTALLATION_NOT_READY' }]);

    broken = false;
    expect(await registry.installed(acme)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await registry.activate(acme)).installation).toMatchObject({ status: 'ACTIVE', problems: [] });
  });

  it('grants no more than the plugin asks for', async () => {
    await using registry = await aRegistry();
    await registry.offer({ scopes: ['users.read', 'settings.read'] });

    expect((await registry.install(registry.acme, { grantedScopes: ['users.write'] })).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT' },
    ]);
    await registry.installed(registry.acme, { grantedScopes: ['users.read'] });
    await registry.installed(registry.globex);

    const scopes = '{ installation(pluginId: "crm") { grantedScopes } }';
    expect((await registry.ask(claimsIn(registry.acme), scopes)).data.installation.grantedScopes).toEqual(['users.read']);
    expect((await registry.ask(claimsIn(registry.globex), scopes)).data.installation.grantedScopes).toEqual([
      'users.read',
      'settings.read',
    ]);
  });

  it('needs the permission to manage plugins, in the tenant itself', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    const install = 'mutation { installPlugin(input: { pluginId: "crm" }) { userErrors { code } } }';

    expect((await registry.ask(claimsIn(registry.acme, ['users.read']), install)).codes).toEqual(['FORBIDDEN']);
    expect((await registry.ask({ ...claimsIn(registry.acme), user: null, permissions: [] }, install)).codes).toEqual(['UNAUTHENTICATED']);
    expect((await registry.ask(platformAdmin, install)).codes).toEqual(['TENANT_NOT_FOUND']);
  });
});

describe('activating a plugin', () => {
  it('answers after the switch, for that tenant alone, and each way any number of times', async () => {
    await using registry = await aRegistry();
    const { acme, globex } = registry;
    await registry.offer();
    await registry.installed(acme);
    const notices = registry.notices();
    const before = await registry.plugins.sets.recordFor(acme);

    expect(await registry.activate(acme)).toMatchObject({ installation: { status: 'ACTIVE' }, operation: null, userErrors: [] });

    expect(await registry.subgraphsOf(acme)).toEqual(['tenancy', 'identity', 'plugins', 'crm']);
    expect(await registry.subgraphsOf(globex)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(notices).toContainEqual({ kind: 'tenant', slug: 'acme' });
    const active = await registry.plugins.sets.recordFor(acme);
    expect(notices).toContainEqual({ kind: 'set', hash: active.supergraph, plugin: 'crm' });
    expect(active.plugins.crm).toMatchObject({
      version: '1.0.0',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/),
      grantedScopes: [],
    });

    expect(await registry.activate(acme)).toMatchObject({ installation: { status: 'ACTIVE' }, operation: null });
    expect(await registry.deactivate(acme)).toMatchObject({ installation: { status: 'DEACTIVATED' }, operation: null });
    expect(await registry.deactivate(acme)).toMatchObject({ installation: { status: 'DEACTIVATED' }, operation: null });
    expect((await registry.plugins.sets.recordFor(acme)).supergraph).toBe(before.supergraph);
    await registry.activate(acme);
    expect((await registry.plugins.sets.recordFor(acme)).supergraph).toBe(active.supergraph);
    expect(await registry.eventsOf(acme)).toEqual(['plugin.installed', 'plugin.activated', 'plugin.deactivated', 'plugin.activated']);
  });

  it('composes a set once, whichever tenant has it', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.active(registry.acme);
    await registry.active(registry.globex);

    const [one, other] = [await registry.plugins.sets.recordFor(registry.acme), await registry.plugins.sets.recordFor(registry.globex)];
    expect(one.supergraph).toBe(other.supergraph);
    expect(await registry.rows('select hash from plexica.plugin_set')).toHaveLength(3);
  });

  it('is not ready while the plugin is installing, and not installed says so', async () => {
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    await using registry = await aRegistry({ permissionRegistry: { add: () => mayGoOn, remove: async () => {} } });
    await registry.offer();
    expect((await registry.activate(registry.acme)).userErrors).toMatchObject([{ code: 'INSTALLATION_NOT_FOUND' }]);
    const { operation } = await registry.install(registry.acme);

    const early = await registry.activate(registry.acme);
    goOn();
    await registry.foundation.operations.settled(operation.id);

    expect(early).toMatchObject({ installation: null, userErrors: [{ code: 'INSTALLATION_NOT_READY' }] });
    expect((await registry.activate(registry.acme)).installation.status).toBe('ACTIVE');
  });

  it('needs to know where the version runs', async () => {
    await using registry = await aRegistry();
    await registry.publish();
    await registry.installed(registry.acme);

    expect((await registry.activate(registry.acme)).userErrors).toMatchObject([{ code: 'PLUGIN_SERVICE_MISSING' }]);
  });

  it('looks at what the plugin needs and what it can’t live beside', async () => {
    await using registry = await aRegistry();
    const sdl = (id: string) => crmSdl.replaceAll('crm', id).replaceAll('Crm', `${id[0]?.toUpperCase()}${id.slice(1)}`);
    await registry.offer({ id: 'mail', version: '2.1.0' }, sdl('mail'));
    await registry.offer({ dependencies: { required: { mail: '^2.0.0' } } });
    await registry.offer({ id: 'stock', dependencies: { conflicts: { crm: '*' } } }, sdl('stock'));
    for (const pluginId of ['mail', 'crm', 'stock']) await registry.installed(registry.acme, { pluginId });

    expect((await registry.activate(registry.acme, 'crm')).userErrors).toMatchObject([
      { code: 'INSTALLATION_NOT_READY', message: 'crm needs mail ^2.0.0 to be active.' },
    ]);
    await registry.activate(registry.acme, 'mail');
    expect((await registry.activate(registry.acme, 'crm')).userErrors).toEqual([]);
    expect((await registry.activate(registry.acme, 'stock')).userErrors).toMatchObject([{ code: 'INSTALLATION_NOT_READY' }]);
  });

  it('leaves the pointer where the installations are, whatever many admins do at once', async () => {
    await using registry = await aRegistry();
    const tenants = [
      registry.acme,
      registry.globex,
      ...(await Promise.all(['a', 'b', 'c', 'd'].map((end) => registry.aTenant(`corp-${end}`)))),
    ];
    await registry.offer();
    await Promise.all(tenants.map((tenant) => registry.active(tenant)));

    const answers = await Promise.all(
      tenants.flatMap((tenant) =>
        Array.from({ length: 6 }, (_, turn) => (turn % 2 ? registry.activate(tenant) : registry.deactivate(tenant))),
      ),
    );
    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code));
    expect(new Set([...codes, 'INSTALLATION_NOT_READY'])).toEqual(new Set(['INSTALLATION_NOT_READY']));

    for (const tenant of tenants) {
      const status = await registry.statusIn(tenant);
      expect((await registry.subgraphsOf(tenant)).includes('crm')).toBe(status === 'ACTIVE');
    }
  });
});

describe('uninstalling a plugin', () => {
  it('removes all that is the plugin’s, and reinstalling starts clean', async () => {
    await using registry = await aRegistry();
    const { acme, foundation } = registry;
    await registry.offer({ migrations, configuration });
    await registry.active(acme, { configuration: { days: 3 } });
    const first = (await registry.plugins.sets.recordFor(acme)).plugins.crm;

    expect(await registry.uninstalled(acme)).toMatchObject({ kind: 'PLUGIN_UNINSTALL', status: 'SUCCEEDED' });

    expect(await registry.subgraphsOf(acme)).toEqual(['tenancy', 'identity', 'plugins']);
    expect(await registry.statusIn(acme)).toBeUndefined();
    expect(registry.permissions).toContain('- acme crm');
    expect(await foundation.database.countPluginRecords(acme, 'crm')).toEqual({});
    expect(await registry.eventsOf(acme)).toEqual(['plugin.installed', 'plugin.activated', 'plugin.uninstalled']);

    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await registry.active(acme);
    const { data } = await registry.ask(claimsIn(acme), '{ installation(pluginId: "crm") { configuration version } }');
    expect(data.installation).toEqual({ configuration: { days: 90 }, version: 1 });
    expect((await registry.plugins.sets.recordFor(acme)).plugins.crm?.configurationVersion).not.toBe(first?.configurationVersion);
  });

  it('is typed to confirm', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.active(registry.acme);

    const { userErrors } = await registry.mutate(
      claimsIn(registry.acme),
      'uninstallPlugin',
      { pluginId: 'crm', confirm: 'yes' },
      'installation { id }',
    );
    expect(userErrors).toMatchObject([{ code: 'CONFIRMATION_MISMATCH', path: ['input', 'confirm'] }]);
    expect(await registry.statusIn(registry.acme)).toBe('ACTIVE');
  });

  it('leaves no trace when somebody activates meanwhile', async () => {
    await using registry = await aRegistry();
    await registry.offer({ migrations });
    await registry.installed(registry.acme);

    await Promise.all([registry.uninstalled(registry.acme), registry.activate(registry.acme)]).catch(() => {});
    if (await registry.statusIn(registry.acme)) await registry.uninstalled(registry.acme);

    expect(await registry.subgraphsOf(registry.acme)).toEqual(['tenancy', 'identity', 'plugins']);
    expect((await registry.plugins.sets.recordFor(registry.acme)).plugins).toEqual({});
  });
});

describe('configuring a plugin', () => {
  it('fills in defaults, seals secrets, and refuses what does not fit by its path', async () => {
    await using registry = await aRegistry();
    const { acme } = registry;
    await registry.offer({ configuration });

    expect((await registry.install(acme, { configuration: { days: 0 } })).userErrors).toMatchObject([
      { code: 'CONFIGURATION_INVALID', path: ['input', 'configuration', 'days'] },
    ]);
    expect((await registry.install(acme, { configuration: { colour: 'red' } })).userErrors).toMatchObject([
      { code: 'CONFIGURATION_INVALID' },
    ]);
    await registry.active(acme, { configuration: { key: 'very-secret' } });

    const { data } = await registry.ask(claimsIn(acme), '{ installation(pluginId: "crm") { configuration configurationSchema } }');
    expect(data.installation).toEqual({ configuration: { days: 90 }, configurationSchema: configuration });
    const rows = await registry.foundation.database.tenant(acme.id, (em) => em.execute('select * from tenant_acme.plugin_installation'));
    const audit = await registry.foundation.database.tenant(acme.id, (em) => em.execute('select * from tenant_acme.audit_entry'));
    expect(JSON.stringify([rows, audit])).not.toContain('very-secret');
  });

  it('is seen by the gateway at once, keeps a secret that is not sent again, and never overwrites unseen', async () => {
    await using registry = await aRegistry();
    const { acme } = registry;
    await registry.offer({ configuration });
    await registry.active(acme, { configuration: { key: 'very-secret' } });
    const before = (await registry.plugins.sets.recordFor(acme)).plugins.crm?.configurationVersion ?? 0;
    const configure = (input: object) =>
      registry.mutate(claimsIn(acme), 'updatePluginConfiguration', { pluginId: 'crm', ...input }, 'installation { version configuration }');

    expect(await configure({ configuration: { days: 7 }, version: 1 })).toMatchObject({
      installation: { version: 2, configuration: { days: 7 } },
    });
    expect(await configure({ configuration: { days: 8 }, version: 1 })).toMatchObject({
      installation: { version: 2, configuration: { days: 7 } },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
    expect((await configure({ configuration: { days: 'many' }, version: 2 })).userErrors).toMatchObject([
      { code: 'CONFIGURATION_INVALID' },
    ]);
    expect((await registry.plugins.sets.recordFor(acme)).plugins.crm?.configurationVersion).toBe(before + 1);
    expect(await registry.eventsOf(acme)).toContain('plugin.configured');
  });
});

describe('watching installations', () => {
  it('shows each as it is now, then every change, of the own tenant alone', async () => {
    await using registry = await aRegistry();
    await registry.offer();
    await registry.installed(registry.acme);
    const seen: string[] = [];
    const stream = await registry.follow(claimsIn(registry.acme), 'subscription { installationChanged { status plugin { id } } }');
    const first = await stream.next();
    const reading = (async () => {
      for await (const { data } of stream) seen.push(data.installationChanged.status);
    })();

    await registry.active(registry.globex);
    await registry.activate(registry.acme);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stream.return?.();
    await reading;

    expect(first.value.data).toEqual({ installationChanged: { status: 'INSTALLED', plugin: { id: 'crm' } } });
    expect(seen.at(-1)).toBe('ACTIVE');
    expect(seen).not.toContain('INSTALLING');
  });
});

describe('a tenant that is being made', () => {
  it('has no installations yet, which is no error', async () => {
    await using registry = await aRegistry();
    const source =
      '{ _entities(representations: [{ __typename: "Tenant", id: "01980000-0000-7000-8000-000000000001" }]) { ... on Tenant { installations { id } } } }';
    expect(await registry.ask(platformAdmin, source)).toEqual({ data: { _entities: [{ installations: [] }] }, codes: undefined });
  });
});
