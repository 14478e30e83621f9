import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { permissionsOfRoles } from '../permission/held-permissions.ts';
import { PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import { type Role, RoleEntity, UserRoleEntity } from '../role/role.entity.ts';
import { type User, UserEntity } from './user.entity.ts';

/** The user, kept from other changes until the transaction ends. */
export const lockUser = async (em: EntityManager, id: string): Promise<User> => {
  const user = isUuid(id) ? await em.findOne(UserEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }) : null;
  if (!user) throw new DomainError('USER_NOT_FOUND');
  return user;
};

export const mustBeFree = async (em: EntityManager, username: string, except?: string): Promise<void> => {
  const other = await em.findOne(UserEntity, { username, ...(except && { id: { $ne: except } }) });
  if (other) throw new DomainError('USER_EMAIL_TAKEN', { path: ['input', 'email'] });
};

export const rolesOf = async (em: EntityManager, userId: string): Promise<Role[]> => {
  const held = await em.find(UserRoleEntity, { userId });
  return held.length ? em.find(RoleEntity, { id: { $in: held.map(({ roleId }) => roleId) } }, { orderBy: { name: 'asc' } }) : [];
};

/** Everything the user may do, wildcards as granted. */
export const permissionsOfUser = async (em: EntityManager, userId: string): Promise<string[]> =>
  permissionsOfRoles(await rolesOf(em, userId), await em.find(PluginPermissionEntity, {}));

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids are opaque to clients, so one of another shape is simply unknown. */
export const isUuid = (id: string): boolean => uuid.test(id);
