import type { TenantKey } from '@plexica/foundation/database';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';

/** The tenant whose plugins are meant: the caller's own. The platform has none. */
export const tenantOf = ({ claims }: SubgraphCall): TenantKey => {
  if (!claims.tenant) throw new DomainError('TENANT_NOT_FOUND');
  return claims.tenant;
};
