import { defineEntity } from '@mikro-orm/core';

/** A permission that an installed plugin adds to this tenant. */
export class PluginPermission {
  name!: string;
  pluginId!: string;
  description!: string;
  /** Built-in roles that have it without anybody granting it. */
  roles!: string[];
}

export const PluginPermissionEntity = defineEntity({
  class: PluginPermission,
  tableName: 'plugin_permission',
  schema: '*',
  properties: (p) => ({ name: p.text().primary(), pluginId: p.text(), description: p.text(), roles: p.array() }),
});
