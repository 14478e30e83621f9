import { defineOperation, type OperationContext, step, systemCall } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import type { EventName } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import type { PluginSets } from '../supergraph/plugin-sets.ts';
import type { TenantSets } from '../supergraph/tenant-plugins.ts';
import { InstallationEntity, type InstallationStatus } from './installation.entity.ts';

export interface InstallationInput {
  readonly pluginId: string;
  readonly version: string;
}

type OperationDeps = PluginsDeps & { readonly sets: PluginSets; readonly tenantSets: TenantSets };

/** Installing, switching on and off, and removing a plugin: each step may run twice, each has its way back. */
export const registerInstallationOperations = (deps: OperationDeps): void => {
  const { database, operations, sets, tenantSets, permissionRegistry, pubsub, vault, clock } = deps;

  const tenantOf = async ({ tenantId }: OperationContext): Promise<TenantKey> => {
    const tenant = await deps.tenants.byId(tenantId);
    if (!tenant) throw new Error(`There is no tenant ${tenantId}.`);
    return tenant;
  };
  const manifestOf = async ({ pluginId, version }: InstallationInput) => {
    const row = await database.platform((em) => em.findOneOrFail(PluginVersionEntity, { pluginId, version }));
    return row.manifest;
  };
  const announce = (tenantId: string, pluginId: string) => pubsub.publish(`installation.${tenantId}`, { pluginId });

  /** One change of the installation's row, with its audit row and, where it is news, its event. */
  const put = async (
    context: OperationContext,
    { pluginId, version }: InstallationInput,
    action: string,
    change: Partial<InstallationRow>,
    event?: EventName,
  ) => {
    const tenant = await tenantOf(context);
    const useCase = { action, tenantId: tenant.id };
    await deps.changeFor(systemCall(tenant, context.operationId))(useCase, change, async (changed, { em, events, audit }) => {
      const row = await em.findOne(InstallationEntity, { pluginId });
      if (!row) return;
      if (changed.status && changed.status !== row.status && event)
        events.record(event as 'plugin.installed', { plugin: { id: pluginId, version } });
      Object.assign(row, changed);
      audit({ target: { type: 'plugin', id: pluginId }, after: { status: row.status } });
    });
    announce(tenant.id, pluginId);
  };

  const migrated = step<InstallationInput>('schema', {
    async run(input, context) {
      const { migrations } = await manifestOf(input);
      if (!migrations.length) return;
      const { url } = await database.createPluginSchema(await tenantOf(context), input.pluginId, migrations);
      await put(context, input, 'plugin.prepare', { databaseUrl: vault.seal(url) });
    },
    undo: async ({ pluginId }, context) => database.dropPluginSchema(await tenantOf(context), pluginId),
  });
  const permitted = step<InstallationInput>('permissions', {
    async run(input, context) {
      const { permissions } = await manifestOf(input);
      await permissionRegistry.add(
        await tenantOf(context),
        input.pluginId,
        Object.entries(permissions).map(([name, permission]) => ({ name, ...permission })),
      );
    },
    undo: async ({ pluginId }, context) => permissionRegistry.remove(await tenantOf(context), pluginId),
  });
  const composed = step<InstallationInput>('compose', {
    async run({ pluginId, version }, context) {
      const tenant = await tenantOf(context);
      const active = await database.tenant(tenant.id, (em) =>
        em.find(InstallationEntity, { status: 'ACTIVE', pluginId: { $ne: pluginId } }),
      );
      await sets.ensure('tenant', [
        ...active.map((other) => ({ id: other.pluginId, version: other.pluginVersion })),
        { id: pluginId, version },
      ]);
    },
  });

  operations.register(
    defineOperation<InstallationInput>(
      'PLUGIN_INSTALL',
      [
        migrated,
        permitted,
        composed,
        step('installed', {
          run: (input, context) =>
            put(context, input, 'plugin.install', { status: 'INSTALLED', installedAt: clock(), problems: [] }, 'plugin.installed'),
        }),
      ],
      {
        compensated: (input, error, context) =>
          put(context, input, 'plugin.install-failed', {
            status: 'FAILED',
            databaseUrl: null,
            problems: [{ code: 'INSTALLATION_FAILED', message: error.message }],
          }),
      },
    ),
  );

  /** The installation says what is active, the pointer follows it; undone when the set can't be composed. */
  const switched = (status: InstallationStatus, back: InstallationStatus, action: string, event: EventName) =>
    step<InstallationInput>('switch', {
      async run(input, context) {
        await put(context, input, action, { status, ...(status === 'ACTIVE' && { activatedAt: clock() }) }, event);
        await tenantSets.follow(await tenantOf(context));
        announce(context.tenantId, input.pluginId);
      },
      async undo(input, context) {
        await put(context, input, `${action}-undone`, { status: back });
        await tenantSets.follow(await tenantOf(context));
      },
    });
  operations.register(
    defineOperation<InstallationInput>('PLUGIN_ACTIVATE', [
      composed,
      switched('ACTIVE', 'DEACTIVATED', 'plugin.activate', 'plugin.activated'),
    ]),
  );
  operations.register(
    defineOperation<InstallationInput>('PLUGIN_DEACTIVATE', [switched('DEACTIVATED', 'ACTIVE', 'plugin.deactivate', 'plugin.deactivated')]),
  );

  operations.register(
    defineOperation<InstallationInput>('PLUGIN_UNINSTALL', [
      step('switch off', {
        async run(input, context) {
          await put(context, input, 'plugin.uninstall-begin', { status: 'UNINSTALLING' });
          await tenantSets.follow(await tenantOf(context));
        },
      }),
      step('permissions', { run: async ({ pluginId }, context) => permissionRegistry.remove(await tenantOf(context), pluginId) }),
      step('data', { run: async ({ pluginId }, context) => database.dropPluginSchema(await tenantOf(context), pluginId) }),
      step('removed', {
        async run({ pluginId, version }, context) {
          const tenant = await tenantOf(context);
          await deps.changeFor(systemCall(tenant, context.operationId))(
            { action: 'plugin.uninstall', tenantId: tenant.id },
            {},
            async (_, { em, events, audit }) => {
              if (!(await em.nativeDelete(InstallationEntity, { pluginId }))) return;
              events.record('plugin.uninstalled', { plugin: { id: pluginId, version } });
              audit({ target: { type: 'plugin', id: pluginId }, before: { version } });
            },
          );
          announce(tenant.id, pluginId);
        },
      }),
    ]),
  );
};

interface InstallationRow {
  status: InstallationStatus;
  databaseUrl: string | null;
  installedAt: Date;
  activatedAt: Date;
  problems: { code: string; message: string }[];
}
