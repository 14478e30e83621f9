import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { like, onePage, type PageArgs } from '@plexica/plugin-kit';
import { UserRoleEntity } from '../role/role.entity.ts';
import { type User, UserEntity } from './user.entity.ts';
import type { UserFilter, UserOrder } from './user.inputs.ts';
import { isUuid } from './user-rows.ts';

const columns = { DISPLAY_NAME: 'displayName', EMAIL: 'username', CREATED_AT: 'createdAt', LAST_SIGN_IN_AT: 'lastSignInAt' } as const;
const byName: Pick<UserOrder, 'field' | 'direction'> = { field: 'DISPLAY_NAME', direction: 'ASC' };

/** One page of the tenant's users; the id settles what the order leaves open. */
export const pageOfUsers = async (em: EntityManager, page: PageArgs, filter: UserFilter, { field, direction } = byName) =>
  onePage<User>(page, async (keyset) =>
    em.findByCursor(UserEntity, {
      where: await conditions(em, filter),
      ...keyset,
      orderBy: [{ [columns[field]]: direction }, { id: direction }],
    }),
  );

const conditions = async (em: EntityManager, { search, status, roleId }: UserFilter): Promise<FilterQuery<User>> => {
  const part = like(search);
  const holders = roleId && (isUuid(roleId) ? await em.find(UserRoleEntity, { roleId }) : []);
  return {
    ...(part && { $or: [{ displayName: { $ilike: part } }, { email: { $ilike: part } }] }),
    ...(status && { status }),
    ...(holders && { id: { $in: holders.map(({ userId }) => userId) } }),
  };
};
