import type { PersistenceModule } from '@plexica/foundation/database';
import { HookDeliveryEntity } from './hook/hook-delivery.entity.ts';
import { InstallationEntity } from './installation/installation.entity.ts';
import { shared0001, tenant0001 } from './migrations/0001-plugins.ts';
import { PluginEntity, PluginVersionEntity } from './registry/plugin.entity.ts';
import { PluginSetEntity, TenantPluginSetEntity } from './supergraph/plugin-set.entity.ts';

/** The registry and the plugin sets in the shared schema, the installations in each tenant's own. */
export const pluginsPersistence: PersistenceModule = {
  name: 'plugins',
  entities: [
    PluginEntity,
    PluginVersionEntity,
    PluginSetEntity,
    TenantPluginSetEntity,
    HookDeliveryEntity,
    InstallationEntity,
  ] as unknown as PersistenceModule['entities'],
  sharedMigrations: [shared0001],
  tenantMigrations: [tenant0001],
};
