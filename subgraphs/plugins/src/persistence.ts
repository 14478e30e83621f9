import type { PersistenceModule } from '@plexica/foundation/database';
import { HookDeliveryEntity } from './hook/hook-delivery.entity.ts';
import { InstallationEntity } from './installation/installation.entity.ts';
import { shared0001, tenant0001 } from './migrations/0001-plugins.ts';
import { shared0002, tenant0002 } from './migrations/0002-services.ts';
import { shared0003 } from './migrations/0003-installed.ts';
import { tenant0003 } from './migrations/0003-operation-usage.ts';
import { shared0004 } from './migrations/0004-reviews.ts';
import { PluginEntity, PluginVersionEntity } from './registry/plugin.entity.ts';
import { PluginServiceEntity } from './registry/plugin-service.entity.ts';
import { PluginSetEntity, TenantPluginSetEntity } from './supergraph/plugin-set.entity.ts';
import { OperationUsageEntity } from './usage/operation-usage.entity.ts';

/** The registry and the plugin sets in the shared schema, the installations in each tenant's own. */
export const pluginsPersistence: PersistenceModule = {
  name: 'plugins',
  entities: [
    PluginEntity,
    PluginVersionEntity,
    PluginServiceEntity,
    PluginSetEntity,
    TenantPluginSetEntity,
    HookDeliveryEntity,
    InstallationEntity,
    OperationUsageEntity,
  ] as unknown as PersistenceModule['entities'],
  sharedMigrations: [shared0001, shared0002, shared0003, shared0004],
  tenantMigrations: [tenant0001, tenant0002, tenant0003],
};
