import { systemCall } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { HookDeliveryEntity } from '../hook/hook-delivery.entity.ts';
import { TenantPluginSetEntity } from '../supergraph/plugin-set.entity.ts';
import type { Installations } from './installation.service.ts';

/** Plugins that a tenant starts with; tenancy asks for them while it provisions. */
export interface FirstPlugins {
  /** Resolves when they are installed and active; fails with the code that installing them fails with. May be called twice. */
  install(tenantId: string, pluginIds: readonly string[]): Promise<void>;
  /** Forgets which plugins the tenant had and what is on its way to them; what they keep goes with the tenant's schemas. */
  remove(tenantId: string): Promise<void>;
}

export const createFirstPlugins = (
  { tenants, operations, database }: Pick<PluginsDeps, 'tenants' | 'operations' | 'database'>,
  installations: Installations,
): FirstPlugins => ({
  async install(tenantId, pluginIds) {
    const tenant = await tenants.byId(tenantId);
    if (!tenant) throw new DomainError('TENANT_NOT_FOUND');
    const call = systemCall({ id: tenant.id, slug: tenant.slug });
    for (const pluginId of pluginIds) {
      const { operation } = await installations.install(call, { pluginId });
      const ended = operation && (await operations.settled(operation.id));
      if (ended && ended.status !== 'SUCCEEDED') throw new Error(ended.error ?? `The plugin ${pluginId} could not be installed.`);
      await installations.activate(call, pluginId);
    }
  },
  async remove(tenantId) {
    await database.platform(async (em) => {
      await em.nativeDelete(HookDeliveryEntity, { tenantId });
      await em.nativeDelete(TenantPluginSetEntity, { tenantId });
    });
  },
});
