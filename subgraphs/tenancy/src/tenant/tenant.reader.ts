import type { Claims, PageArgs } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import DataLoader from 'dataloader';
import type { TenancyDeps } from '../deps.ts';
import { type Tenant, TenantEntity } from './tenant.entity.ts';
import type { TenantFilter, TenantOrder } from './tenant.inputs.ts';
import { pageOfTenants } from './tenant-page.ts';
import { findNewestBySlug, findTenant } from './tenant-rows.ts';

/** Tenants as one caller may see them: the own one, or all for platform admins. */
export const createTenantReader = ({ database }: Pick<TenancyDeps, 'database'>, { tenant, user, roles }: Claims) => {
  const maySee = (id: string): boolean => (tenant ? user !== null && tenant.id === id : roles.includes(superAdmin));
  // A page of tenants with fields of other subgraphs comes back as one batch of references.
  const byId = new DataLoader<string, Tenant | null>((ids) =>
    database.platform(async (em) => {
      const found = new Map((await em.find(TenantEntity, { id: { $in: [...ids] } })).map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    }),
  );
  return {
    own: async () => (tenant ? byId.load(tenant.id) : null),
    /** For entity references; null for a tenant that is not this caller's to see. */
    reference: async (id: string) => (maySee(id) ? byId.load(id) : null),
    byId: (id: string) => database.platform((em) => findTenant(em, id)),
    bySlug: (slug: string) => database.platform((em) => findNewestBySlug(em, slug)),
    page: (page: PageArgs, filter: TenantFilter, order?: TenantOrder) => database.platform((em) => pageOfTenants(em, page, filter, order)),
  };
};

export type TenantReader = ReturnType<typeof createTenantReader>;
