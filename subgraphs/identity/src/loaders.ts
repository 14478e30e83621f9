import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { permissionsOfRoles, spelledOut } from './permission/held-permissions.ts';
import { type PluginPermission, PluginPermissionEntity } from './permission/plugin-permission.entity.ts';
import { type Role, RoleEntity, UserRoleEntity } from './role/role.entity.ts';
import { type User, UserEntity } from './user/user.entity.ts';
import { isUuid } from './user/user-rows.ts';

/** What many fields of one answer ask for is asked of the database once. */
export interface Loaders {
  readonly user: DataLoader<string, User | null>;
  readonly role: DataLoader<string, Role | null>;
  readonly rolesOfUser: DataLoader<string, Role[]>;
  readonly permissionsOfUser: DataLoader<string, string[]>;
  readonly userCountOfRole: DataLoader<string, number>;
  pluginPermissions(): Promise<PluginPermission[]>;
  /** After a change in the same request. */
  forget(): void;
}

type Read = <T>(work: (em: EntityManager) => Promise<T>) => Promise<T>;

export const createLoaders = (read: Read): Loaders => {
  let plugins: Promise<PluginPermission[]> | undefined;
  const pluginPermissions = () => {
    plugins ??= read((em) => em.find(PluginPermissionEntity, {}, { orderBy: { name: 'asc' } }));
    return plugins;
  };
  const user = new DataLoader<string, User | null>(async (ids) => {
    const found = await read((em) => em.find(UserEntity, { id: { $in: ids.filter(isUuid) } }));
    return ids.map((id) => found.find((one) => one.id === id) ?? null);
  });
  const role = new DataLoader<string, Role | null>(async (ids) => {
    const found = await read((em) => em.find(RoleEntity, { id: { $in: ids.filter(isUuid) } }));
    return ids.map((id) => found.find((one) => one.id === id) ?? null);
  });
  const rolesOfUser = new DataLoader<string, Role[]>((ids) =>
    read(async (em) => {
      const held = await em.find(UserRoleEntity, { userId: { $in: [...ids] } });
      const roles = await em.find(RoleEntity, { id: { $in: held.map(({ roleId }) => roleId) } }, { orderBy: { name: 'asc' } });
      return ids.map((id) => roles.filter((one) => held.some(({ userId, roleId }) => userId === id && roleId === one.id)));
    }),
  );
  const permissionsOfUser = new DataLoader<string, string[]>(async (ids) => {
    const [added, held] = await Promise.all([pluginPermissions(), rolesOfUser.loadMany(ids)]);
    return held.map((roles) => (roles instanceof Error ? roles : spelledOut(permissionsOfRoles(roles, added), added)));
  });
  const userCountOfRole = new DataLoader<string, number>((ids) =>
    read(async (em) => {
      const held = await em.find(UserRoleEntity, { roleId: { $in: [...ids] } });
      return ids.map((id) => held.filter(({ roleId }) => roleId === id).length);
    }),
  );
  return {
    user,
    role,
    rolesOfUser,
    permissionsOfUser,
    userCountOfRole,
    pluginPermissions,
    forget() {
      plugins = undefined;
      for (const loader of [user, role, rolesOfUser, permissionsOfUser, userCountOfRole]) loader.clearAll();
    },
  };
};
