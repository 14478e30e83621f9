import type { EntityManager } from '@mikro-orm/postgresql';
import { like, type OrderDirection, onePage, type PageArgs } from '@plexica/plugin-kit';
import { type Role, RoleEntity } from './role.entity.ts';
import type { RoleFilter } from './role.inputs.ts';

/** One page of the tenant's roles by name, the id settling equal ones. */
export const pageOfRoles = (
  em: EntityManager,
  page: PageArgs,
  { search, builtIn }: RoleFilter,
  direction: keyof typeof OrderDirection = 'ASC',
) => {
  const part = like(search);
  const where = {
    ...(part && { $or: [{ name: { $ilike: part } }, { description: { $ilike: part } }] }),
    ...(builtIn != null && { builtIn }),
  };
  return onePage<Role>(page, (keyset) =>
    em.findByCursor(RoleEntity, {
      where,
      ...keyset,
      orderBy: [{ name: direction }, { id: direction }],
    }),
  );
};
