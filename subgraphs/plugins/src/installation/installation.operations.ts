import { defineOperation, step } from '@plexica/foundation';
import type { PluginsDeps } from '../deps.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import type { PluginSets } from '../supergraph/plugin-sets.ts';
import type { TenantSets } from '../supergraph/tenant-plugins.ts';
import { InstallationEntity, type InstallationStatus } from './installation.entity.ts';
import { createInstallationRow, type InstallationEvent, type InstallationInput } from './installation-row.ts';

type OperationDeps = PluginsDeps & { readonly sets: PluginSets; readonly tenantSets: TenantSets };

/** Installing, switching on and off, and removing a plugin: each step may run twice, each has its way back. */
export const registerInstallationOperations = (deps: OperationDeps): void => {
  const { operations } = deps;
  const { schema, permissions, composes, installed, switched, switchedOff, noPermissions, noData, removed, release } =
    installationSteps(deps);

  operations.register(
    defineOperation<InstallationInput>('PLUGIN_INSTALL', [schema, permissions, composes, installed.step], installed.ends),
  );
  operations.register(
    defineOperation<InstallationInput>(
      'PLUGIN_ACTIVATE',
      [composes, switched('ACTIVE', 'DEACTIVATED', 'plugin.activate', 'plugin.activated')],
      { ...release, awaited: true },
    ),
  );
  operations.register(
    defineOperation<InstallationInput>(
      'PLUGIN_DEACTIVATE',
      [switched('DEACTIVATED', 'ACTIVE', 'plugin.deactivate', 'plugin.deactivated')],
      { ...release, awaited: true },
    ),
  );
  operations.register(defineOperation<InstallationInput>('PLUGIN_UNINSTALL', [switchedOff, noPermissions, noData, removed], release));
};

const installationSteps = (deps: OperationDeps) => {
  const { database, permissionRegistry, vault, clock, pubsub, sets, tenantSets } = deps;
  const { tenantOf, put, release, remove } = createInstallationRow(deps);
  const manifestOf = async ({ pluginId, version }: InstallationInput) => {
    const row = await database.platform((em) => em.findOneOrFail(PluginVersionEntity, { pluginId, version }));
    return row.manifest;
  };
  const over = { operationId: null, operationKind: null };

  return {
    schema: step<InstallationInput>('schema', {
      async run(input, context) {
        const { migrations } = await manifestOf(input);
        if (!migrations.length) return;
        const { url } = await database.createPluginSchema(await tenantOf(context), input.pluginId, migrations);
        await put(context, input, 'plugin.prepare', { databaseUrl: vault.seal(url) });
      },
      undo: async ({ pluginId }, context) => database.dropPluginSchema(await tenantOf(context), pluginId),
    }),

    permissions: step<InstallationInput>('permissions', {
      async run(input, context) {
        const declared = Object.entries((await manifestOf(input)).permissions);
        const added = declared.map(([name, { description, roles }]) => ({ name, description, roles }));
        await permissionRegistry.add(await tenantOf(context), input.pluginId, added);
      },
      undo: async ({ pluginId }, context) => permissionRegistry.remove(await tenantOf(context), pluginId),
    }),

    /** The tenant's future set, before anything switches to it; gateways are told, so that they have it loaded by then. */
    composes: step<InstallationInput>('compose', {
      async run({ pluginId, version }, { tenantId }) {
        const others = await database.tenant(tenantId, (em) =>
          em.find(InstallationEntity, { status: 'ACTIVE', pluginId: { $ne: pluginId } }, { fields: ['pluginId', 'pluginVersion'] }),
        );
        const future = others.map((other) => ({ id: other.pluginId, version: other.pluginVersion }));
        const hash = await sets.ensure('tenant', [...future, { id: pluginId, version }]);
        pubsub.publish('directory', { kind: 'set', hash, plugin: pluginId });
      },
    }),

    installed: {
      step: step<InstallationInput>('installed', {
        async run(input, context) {
          const done = { ...over, status: 'INSTALLED' as const, installedAt: clock(), problems: [] };
          await tenantSets.follow(await tenantOf(context));
          await put(context, input, 'plugin.install', done, 'plugin.installed');
        },
      }),
      ends: {
        compensated: (input: InstallationInput, error: Error, context: Parameters<typeof put>[0]) =>
          put(context, input, 'plugin.install-failed', {
            ...over,
            status: 'FAILED',
            databaseUrl: null,
            problems: [{ code: 'INSTALLATION_FAILED', message: error.message }],
          }),
      },
    },

    /** The installation says what is active, the pointer follows it; undone when the set can't be composed. */
    switched: (status: InstallationStatus, back: InstallationStatus, action: string, event: InstallationEvent) =>
      step<InstallationInput>('switch', {
        async run(input, context) {
          const change = { status, ...(status === 'ACTIVE' && { activatedAt: clock() }) };
          await tenantSets.follow(await tenantOf(context), () => put(context, input, action, change, event));
        },
        async undo(input, context) {
          await tenantSets.follow(await tenantOf(context), () => put(context, input, `${action}-undone`, { status: back }));
        },
      }),

    switchedOff: step<InstallationInput>('switch off', {
      async run(input, context) {
        await put(context, input, 'plugin.uninstall-begun', { status: 'UNINSTALLING' });
        await tenantSets.follow(await tenantOf(context));
      },
    }),
    noPermissions: step<InstallationInput>('permissions', {
      run: async ({ pluginId }, context) => permissionRegistry.remove(await tenantOf(context), pluginId),
    }),
    noData: step<InstallationInput>('data', {
      run: async ({ pluginId }, context) => database.dropPluginSchema(await tenantOf(context), pluginId),
    }),
    removed: step<InstallationInput>('removed', {
      async run(input, context) {
        await remove(context, input);
        await tenantSets.follow(await tenantOf(context));
      },
    }),

    release: {
      compensated: (input: InstallationInput, _error: Error, context: Parameters<typeof put>[0]) => release(context, input),
    },
  };
};
