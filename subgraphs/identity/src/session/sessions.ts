import type { Sessions } from '@plexica/foundation';
import type { IdentityDeps } from '../deps.ts';
import { realmLookup } from '../tenant/tenant-state.ts';
import { UserSessionEntity } from './session.entity.ts';

/** Whether a session still counts: its tenant is active, and nobody ended it. */
export const createSessions = ({ database, tenantStatus }: Pick<IdentityDeps, 'database' | 'tenantStatus'>): Sessions => {
  const realm = realmLookup(tenantStatus);
  return {
    async count({ tenantSlug, userId, session }) {
      const tenant = await realm(tenantSlug);
      if (tenant?.status !== 'ACTIVE') return false;
      return (await database.tenant(tenant.id, (em) => em.count(UserSessionEntity, { id: session, userId, endedAt: null }))) > 0;
    },
  };
};
