import type { EntityManager } from '@mikro-orm/postgresql';
import { onePage, type PageArgs } from '@plexica/plugin-kit';
import { isUuid } from '../user/user-rows.ts';
import { type ApiKey, ApiKeyEntity } from './api-key.entity.ts';

interface Shown {
  /** Of everybody when absent. */
  readonly userId: string | undefined;
  /** Those that count at this time; all when absent. */
  readonly countingAt: Date | undefined;
}

/** One page of API keys, the newest first. */
export const pageOfApiKeys = (em: EntityManager, page: PageArgs, { userId, countingAt }: Shown) => {
  const where = {
    ...(userId !== undefined && (isUuid(userId) ? { userId } : { id: { $in: [] } })),
    ...(countingAt && { revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: countingAt } }] }),
  };
  return onePage<ApiKey>(page, (keyset) =>
    em.findByCursor(ApiKeyEntity, { where, ...keyset, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
  );
};
