import { defineEntity, p } from '@mikro-orm/postgresql';

/** Where a version runs on this deployment, and how its service proves that it is it. */
export const PluginServiceEntity = defineEntity({
  name: 'PluginServiceRow',
  tableName: 'plugin_service',
  schema: 'plexica',
  properties: {
    pluginId: p.text().primary(),
    version: p.text().primary(),
    url: p.text(),
    credentialHash: p.text(),
  },
});
