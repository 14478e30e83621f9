import type { Claims } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import type { IdentityDeps } from '../deps.ts';
import { tenantOf } from '../tenant/tenant-state.ts';
import { UserSessionEntity } from './session.entity.ts';

const trustedMs = 4000;
const keptAtMost = 10_000;

/** Whether the session behind claims still counts; an answer is trusted for four seconds, so that an ended one is out within five. */
export const createSessionCheck = ({ database }: Pick<IdentityDeps, 'database'>) => {
  const known = new LRUCache<string, boolean>({ max: keptAtMost, ttl: trustedMs });
  return async (claims: Claims): Promise<boolean> => {
    const { session, user } = claims;
    if (!session || !user) return true;
    const tenant = tenantOf(claims);
    const key = `${tenant.id} ${session}`;
    const found =
      known.get(key) ??
      (await database.tenant(tenant.id, (em) => em.count(UserSessionEntity, { id: session, userId: user.id, endedAt: null }))) > 0;
    if (!known.has(key)) known.set(key, found);
    return found;
  };
};
