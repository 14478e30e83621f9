import type { TenantKey } from '@plexica/foundation/database';
import { platformTenant } from '@plexica/foundation/database';
import { anonymous, type Claims, type SubgraphCall } from '@plexica/plugin-kit';
import { platformRealm } from '@plexica/schema';

/** As much of a tenant as signing in depends on. */
export interface TenantState {
  readonly id: string;
  readonly slug: string;
  readonly status: string;
}

/** Whether its rows are there to be read. */
export const hasSchema = ({ status }: TenantState): boolean =>
  status === 'ACTIVE' || status === 'SUSPENDED' || status === 'PENDING_DELETION';

type UserClaims = NonNullable<Claims['user']>;

/** The realm a caller speaks to; platform admins speak to the platform's own. */
export const tenantOf = ({ tenant }: Claims): TenantKey => tenant ?? platformTenant;

/** Finds a realm by its slug, the platform's own included. */
export const realmLookup =
  (tenantStatus: (slug: string) => Promise<TenantState | undefined>) =>
  async (slug: string): Promise<TenantState | undefined> =>
    slug === platformRealm ? { ...platformTenant, status: 'ACTIVE' } : tenantStatus(slug);

/** A call on behalf of a tenant where no request brought claims along: a sign-in, an invitation, work of the platform. */
export const callOn = (tenant: TenantKey, requestId: string, user: UserClaims | null = null): SubgraphCall => ({
  claims: { ...anonymous, tenant: tenant.id === platformTenant.id ? null : { id: tenant.id, slug: tenant.slug }, user },
  requestId,
});
