import type { Sessions } from '@plexica/foundation';
import { ApiKeyEntity } from '../api-key/api-key.entity.ts';
import { keyOfSession } from '../api-key/api-key-secret.ts';
import type { IdentityDeps } from '../deps.ts';
import { realmLookup } from '../tenant/tenant-state.ts';
import { UserSessionEntity } from './session.entity.ts';

/** Whether a session or an API key still counts: its tenant is active, and nobody ended it. */
export const createSessions = ({ database, tenantStatus, clock }: Pick<IdentityDeps, 'database' | 'tenantStatus' | 'clock'>): Sessions => {
  const realm = realmLookup(tenantStatus);
  return {
    async count({ tenantSlug, userId, session }) {
      const tenant = await realm(tenantSlug);
      if (tenant?.status !== 'ACTIVE') return false;
      const key = keyOfSession(session);
      if (key) {
        const found = await database.tenant(tenant.id, (em) => em.findOne(ApiKeyEntity, { id: key, userId }));
        return found?.countsAt(clock()) ?? false;
      }
      return (await database.tenant(tenant.id, (em) => em.count(UserSessionEntity, { id: session, userId, endedAt: null }))) > 0;
    },
  };
};
