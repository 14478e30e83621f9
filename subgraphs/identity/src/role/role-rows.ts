import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { permissionsOfRoles } from '../permission/held-permissions.ts';
import { PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import type { Caller } from '../tenant/caller.ts';
import { isUuid } from '../user/user-rows.ts';
import { type Role, RoleEntity, UserRoleEntity } from './role.entity.ts';

/** The role, kept from other changes until the transaction ends. */
export const lockRole = async (em: EntityManager, id: string): Promise<Role> => {
  const role = isUuid(id) ? await em.findOne(RoleEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true }) : null;
  if (!role) throw new DomainError('ROLE_NOT_FOUND');
  return role;
};

/** Gives roles to a user; the caller must hold everything in them. Roles the user has already stay. */
export const grantRoles = async (em: EntityManager, caller: Caller, userId: string, roleIds: readonly string[]): Promise<Role[]> => {
  const wanted = [...new Set(roleIds)];
  const roles = wanted.every(isUuid) ? await em.find(RoleEntity, { id: { $in: wanted } }) : [];
  if (roles.length < wanted.length) throw new DomainError('ROLE_NOT_FOUND');
  caller.mustHold(permissionsOfRoles(roles, await em.find(PluginPermissionEntity, {})));
  for (const { id: roleId } of roles) {
    await em.upsert(UserRoleEntity, { userId, roleId }, { onConflictAction: 'ignore', onConflictFields: ['userId', 'roleId'] });
  }
  return roles;
};

/** What a new user has when nobody says otherwise: the built-in role `user`, where the realm has one. */
export const grantDefaultRole = async (em: EntityManager, userId: string): Promise<void> => {
  const role = await em.findOne(RoleEntity, { builtIn: true, name: 'user' });
  if (role) em.create(UserRoleEntity, { userId, roleId: role.id });
};
