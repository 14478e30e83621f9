import { type OperationContext, systemCall } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import type { EventData } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity, type PluginInstallation } from './installation.entity.ts';

export interface InstallationInput {
  readonly pluginId: string;
  readonly version: string;
}

export type InstallationEvent = 'plugin.installed' | 'plugin.activated' | 'plugin.deactivated' | 'plugin.uninstalled';

type Change = Partial<
  Pick<PluginInstallation, 'status' | 'databaseUrl' | 'installedAt' | 'activatedAt' | 'problems' | 'operationId' | 'operationKind'>
>;

/** What the steps of operations do to an installation's row; each with its audit row, its notice and, where it is news, its event. */
export const createInstallationRow = ({
  database,
  changeFor,
  tenants,
  pubsub,
}: Pick<PluginsDeps, 'database' | 'changeFor' | 'tenants' | 'pubsub'>) => {
  const tenantOf = async ({ tenantId }: OperationContext): Promise<TenantKey> => {
    const tenant = await tenants.byId(tenantId);
    if (!tenant) throw new Error(`There is no tenant ${tenantId}.`);
    return tenant;
  };
  const news = ({ pluginId, version }: InstallationInput): EventData<InstallationEvent> => ({ plugin: { id: pluginId, version } });
  const announce = (tenant: TenantKey, pluginId: string) => pubsub.publish(`installation.${tenant.id}`, { pluginId });

  return {
    tenantOf,

    /** Nothing when the installation is gone. A status that is there already is no news. */
    async put(
      context: OperationContext,
      input: InstallationInput,
      action: string,
      change: Change,
      event?: InstallationEvent,
    ): Promise<void> {
      const tenant = await tenantOf(context);
      const useCase = { action, tenantId: tenant.id };
      await changeFor(systemCall(tenant, context.operationId))(useCase, change, async (changed, { em, events, audit }) => {
        const row = await em.findOne(InstallationEntity, { pluginId: input.pluginId });
        if (!row) return;
        if (event && changed.status !== row.status) events.record(event, news(input));
        Object.assign(row, changed);
        audit({ target: { type: 'plugin', id: input.pluginId }, after: { status: row.status } });
      });
      announce(tenant, input.pluginId);
    },

    /** The work is over: whoever comes next need not wait for it. Not while it is another's. */
    async release({ tenantId, operationId }: OperationContext, { pluginId }: InstallationInput): Promise<void> {
      const over = { operationId: null, operationKind: null };
      await database.tenant(tenantId, (em) => em.nativeUpdate(InstallationEntity, { pluginId, operationId }, over));
      pubsub.publish(`installation.${tenantId}`, { pluginId });
    },

    async remove(context: OperationContext, input: InstallationInput): Promise<void> {
      const tenant = await tenantOf(context);
      const useCase = { action: 'plugin.uninstall', tenantId: tenant.id };
      await changeFor(systemCall(tenant, context.operationId))(useCase, {}, async (_, { em, events, audit }) => {
        if (!(await em.nativeDelete(InstallationEntity, { pluginId: input.pluginId }))) return;
        events.record('plugin.uninstalled', news(input));
        audit({ target: { type: 'plugin', id: input.pluginId }, before: { version: input.version } });
      });
      announce(tenant, input.pluginId);
    },
  };
};
