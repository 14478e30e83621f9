import type { EventBus } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import type { EventData } from '@plexica/schema';
import type { IdentityDeps } from '../deps.ts';
import { realmLookup } from '../tenant/tenant-state.ts';
import { UserEntity } from '../user/user.entity.ts';

/**
 * Keeps the accounts at the identity provider as the users are. The provider is no part of our transaction, so an account is made disabled and
 * with its password before a user commits, and enabled after; a kill in between leaves a harmless disabled account, or is finished by the event.
 */
export interface AccountSync {
  /** Makes the account of a user what the committed row says; may be repeated. */
  match(tenant: TenantKey, userId: string): Promise<void>;
}

type SyncDeps = Pick<IdentityDeps, 'database' | 'identity'>;

export const createAccountSync = ({ database, identity }: SyncDeps): AccountSync => ({
  // One at a time: who read the row earlier must not be the one who writes the account last.
  match: ({ id, slug }, userId) =>
    database.exclusively(`account.${id}.${userId}`, async () => {
      const user = await database.tenant(id, (em) => em.findOne(UserEntity, { id: userId }));
      if (!user) return identity.deleteAccount(slug, userId);
      const enabled = user.status === 'ACTIVE';
      await identity.putAccount(slug, { subject: user.id, email: user.email, displayName: user.displayName, enabled });
      if (!enabled) await identity.endSessions(slug, user.id);
    }),
});

const renamesRealm = 'plexica.tenant.updated';
const changesAccounts = new Set(['user.created', 'user.updated', 'user.disabled', 'user.deleted'].map((name) => `plexica.${name}`));

/** Finishes what a killed process left undone between a commit and the identity provider, and tells it what the tenant is called. Answers how to stop. */
export const startAccountSync = async (
  deps: Pick<IdentityDeps, 'database' | 'identity' | 'tenantStatus'> & { readonly events: EventBus },
): Promise<() => Promise<void>> => {
  const sync = createAccountSync(deps);
  const realm = realmLookup(deps.tenantStatus);
  const consumer = await deps.events.consume('identity.accounts', async ({ type, tenant: slug, tenantid: id, data }) => {
    if (!changesAccounts.has(type) && type !== renamesRealm) return;
    const tenant = await realm(slug);
    // A deleted tenant took its accounts along.
    if (tenant?.id !== id || tenant.status === 'DELETED' || tenant.status === 'FAILED') return;
    if (type === renamesRealm) return deps.identity.nameRealm(slug, (data as EventData<'tenant.updated'>).tenant.name);
    await sync.match({ id, slug }, (data as { user: { id: string } }).user.id);
  });
  return () => consumer.stop();
};
