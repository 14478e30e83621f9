import type { TenantKey } from '@plexica/foundation/database';
import type { IdentityDeps } from '../deps.ts';
import { RoleEntity } from '../role/role.entity.ts';
import { createDirectoryNotices } from '../tenant/directory-notices.ts';
import { callOn } from '../tenant/tenant-state.ts';
import { PluginPermissionEntity } from './plugin-permission.entity.ts';

export interface NewPermission {
  /** `<plugin>.<resource>.<action>` */
  readonly name: string;
  readonly description: string;
  /** Built-in roles that have it from the start. */
  readonly roles: readonly string[];
}

/** The permissions that plugins bring to a tenant. */
export interface PermissionRegistry {
  /** Replaces what the plugin brought before; idempotent. */
  add(tenant: TenantKey, pluginId: string, permissions: readonly NewPermission[]): Promise<void>;
  /** Takes them away, from custom roles too; idempotent. */
  remove(tenant: TenantKey, pluginId: string): Promise<void>;
}

export const createPermissionRegistry = ({
  changeFor,
  newId,
  pubsub,
}: Pick<IdentityDeps, 'changeFor' | 'newId' | 'pubsub'>): PermissionRegistry => {
  const notices = createDirectoryNotices(pubsub);
  return {
    async add(tenant, pluginId, permissions) {
      const change = changeFor(callOn(tenant, newId()));
      await change({ action: 'permission.add', tenantId: tenant.id }, permissions, async (added, { em, audit }) => {
        await em.nativeDelete(PluginPermissionEntity, { pluginId, name: { $nin: added.map(({ name }) => name) } });
        for (const { name, description, roles } of added)
          await em.upsert(PluginPermissionEntity, { name, pluginId, description, roles: [...roles] });
        audit({ target: { type: 'plugin', id: pluginId }, after: { permissions: added.map(({ name }) => name) } });
      });
      notices.principal(tenant.slug);
    },
    async remove(tenant, pluginId) {
      const change = changeFor(callOn(tenant, newId()));
      await change({ action: 'permission.remove', tenantId: tenant.id }, pluginId, async (id, { em, audit }) => {
        const gone = (await em.find(PluginPermissionEntity, { pluginId: id })).map(({ name }) => name);
        for (const role of await em.find(RoleEntity, { builtIn: false })) {
          const kept = role.permissions.filter((permission) => !gone.includes(permission) && !permission.startsWith(`${id}.`));
          if (kept.length < role.permissions.length) em.assign(role, { permissions: kept, version: role.version + 1 });
        }
        await em.nativeDelete(PluginPermissionEntity, { pluginId: id });
        audit({ target: { type: 'plugin', id }, before: { permissions: gone } });
      });
      notices.principal(tenant.slug);
    },
  };
};
