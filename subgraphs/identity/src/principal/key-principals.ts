import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiKeyEntity } from '../api-key/api-key.entity.ts';
import { sessionOfKey } from '../api-key/api-key-secret.ts';
import type { IdentityDeps } from '../deps.ts';
import { heldThrough, permissionsOfRoles } from '../permission/held-permissions.ts';
import { PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import { hasSchema, realmLookup } from '../tenant/tenant-state.ts';
import { UserEntity } from '../user/user.entity.ts';
import { rolesOf } from '../user/user-rows.ts';
import type { KeyRecord } from './principals.ts';

const usedToTheMs = 60_000;

/** Whom an API key acts for, and what it may do at the moment. */
export const createKeyPrincipals = ({ database, clock, tenantStatus }: Pick<IdentityDeps, 'database' | 'clock' | 'tenantStatus'>) => {
  const realm = realmLookup(tenantStatus);

  // Seen, not changed: no audit row, and once a minute is enough to tell a key in use from a forgotten one.
  const markUsed = (em: EntityManager, id: string, now: Date) => {
    const before = new Date(now.getTime() - usedToTheMs);
    return em.nativeUpdate(ApiKeyEntity, { id, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: before } }] }, { lastUsedAt: now });
  };

  /** By the SHA-256 of its secret. Undefined for one that is unknown, revoked or expired, or whose owner is not active. */
  return async (slug: string, secretHash: string): Promise<KeyRecord | undefined> => {
    const tenant = await realm(slug);
    if (!tenant || !hasSchema(tenant)) return undefined;
    return database.tenant(tenant.id, async (em) => {
      const now = clock();
      const key = await em.findOne(ApiKeyEntity, { secretHash });
      const user = key?.countsAt(now) ? await em.findOne(UserEntity, { id: key.userId, status: 'ACTIVE' }) : null;
      if (!key || !user) return undefined;
      const added = await em.find(PluginPermissionEntity, {});
      const held = permissionsOfRoles(await rolesOf(em, user.id), added);
      await markUsed(em, key.id, now);
      return {
        user: { id: user.id, email: user.email, displayName: user.displayName },
        session: sessionOfKey(key.id),
        permissions: heldThrough(key.permissions, held, added, slug),
        createdAt: seconds(key.createdAt),
        expiresAt: key.expiresAt && seconds(key.expiresAt),
      };
    });
  };
};

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
