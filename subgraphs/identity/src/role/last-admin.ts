import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { type User, UserEntity } from '../user/user.entity.ts';
import { RoleEntity, UserRoleEntity } from './role.entity.ts';

/**
 * Fails with ADMIN_LAST when without this user nobody active would administer the tenant. Holds the admin role's row until the
 * transaction ends: of two requests at once, the second sees what the first has done.
 */
export const mustNotBeLastAdmin = async (em: EntityManager, user: User): Promise<void> => {
  const admin = await em.findOne(
    RoleEntity,
    { builtIn: true, name: { $in: ['admin', superAdmin] } },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (!admin) return;
  const holders = (await em.find(UserRoleEntity, { roleId: admin.id })).map(({ userId }) => userId);
  if (user.status !== 'ACTIVE' || !holders.includes(user.id)) return;
  const others = await em.count(UserEntity, { id: { $in: holders.filter((id) => id !== user.id) }, status: 'ACTIVE' });
  if (!others) throw new DomainError('ADMIN_LAST');
};
