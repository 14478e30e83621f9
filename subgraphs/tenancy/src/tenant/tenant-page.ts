import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { onePage, type PageArgs } from '@plexica/plugin-kit';
import { type Tenant, TenantEntity } from './tenant.entity.ts';
import type { TenantFilter, TenantOrder } from './tenant.inputs.ts';

const columns = { NAME: 'name', SLUG: 'slug', CREATED_AT: 'createdAt' } as const;

/** One page of the installation's tenants; the id settles what the order leaves open. */
export const pageOfTenants = (
  em: EntityManager,
  page: PageArgs,
  filter: TenantFilter,
  { field, direction }: TenantOrder = { field: 'NAME', direction: 'ASC' },
) =>
  onePage<Tenant>(page, async (part) =>
    em.findByCursor(TenantEntity, {
      where: conditions(filter),
      ...part,
      orderBy: [{ [columns[field]]: direction }, { id: direction }],
    }),
  );

const conditions = ({ search, status }: TenantFilter): FilterQuery<Tenant> => {
  const part = search?.trim() && `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`;
  return { ...(part && { $or: [{ name: { $ilike: part } }, { slug: { $ilike: part } }] }), status: status ?? { $ne: 'DELETED' } };
};
