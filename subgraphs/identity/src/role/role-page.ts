import type { EntityManager } from '@mikro-orm/postgresql';
import { connection, type Direction, like, type PageArgs } from '../connection/connection.ts';
import { type Role, RoleEntity } from './role.entity.ts';
import type { RoleFilter } from './role.inputs.ts';

/** One page of the tenant's roles by name, the id settling equal ones. */
export const pageOfRoles = (em: EntityManager, page: PageArgs, { search, builtIn }: RoleFilter, direction: Direction = 'ASC') => {
  const part = like(search);
  const where = {
    ...(part && { $or: [{ name: { $ilike: part } }, { description: { $ilike: part } }] }),
    ...(builtIn != null && { builtIn }),
  };
  return connection<Role>(page, () =>
    em.findByCursor(RoleEntity, {
      where,
      first: page.first,
      ...(page.after && { after: page.after }),
      orderBy: [{ name: direction }, { id: direction }],
    }),
  );
};
