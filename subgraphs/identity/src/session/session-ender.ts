import { LockMode } from '@mikro-orm/core';
import type { TenantKey } from '@plexica/foundation/database';
import type { SubgraphCall } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import type { DirectoryNotices } from '../tenant/directory-notices.ts';
import { UserEntity } from '../user/user.entity.ts';
import { type UserSession, UserSessionEntity } from './session.entity.ts';

/** Ends sessions for good: the row is the word on it, the provider forgets its tokens, gateways hear at once. */
export interface SessionEnder {
  /** Undefined for a session nobody has seen; ending one twice changes nothing. */
  end(tenant: TenantKey, session: string, call: SubgraphCall): Promise<UserSession | undefined>;
}

type EnderDeps = Pick<IdentityDeps, 'changeFor' | 'clock' | 'identity'> & { readonly notices: DirectoryNotices };

export const createSessionEnder = ({ changeFor, clock, identity, notices }: EnderDeps): SessionEnder => ({
  async end(tenant, id, call) {
    const ended = await changeFor(call)({ action: 'session.end' }, { id }, async (input, { em, events, audit }) => {
      const session = await em.findOne(UserSessionEntity, input, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (!session || session.endedAt) return session;
      session.endedAt = clock();
      const user = await em.findOneOrFail(UserEntity, { id: session.userId });
      events.record('user.signed-out', { user: user.snapshot(), sessionId: id });
      audit({ target: { type: 'session', id } });
      return session;
    });
    await identity.endSession(tenant.slug, id);
    notices.session(tenant.slug, id);
    return ended ?? undefined;
  },
});
