import { LockMode } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';
import type { FilterPayload } from '@plexica/schema';
import type { IdentityDeps } from '../deps.ts';
import { callOn, type TenantState } from '../tenant/tenant-state.ts';
import { type User, UserEntity } from '../user/user.entity.ts';
import { type UserSession, UserSessionEntity } from './session.entity.ts';

/** Lets sessions begin, each exactly once, however and wherever it is first met. */
export interface SessionOpener {
  /** Runs `session.creating` and records `user.signed-in` on first sight; afterwards only answers. CREDENTIALS_INVALID for who may not sign in. */
  open(tenant: TenantState, userId: string, session: string): Promise<{ readonly user: User; readonly session: UserSession }>;
}

interface Beginning {
  readonly claims: Record<string, unknown>;
}

export const createSessionOpener = ({
  database,
  changeFor,
  clock,
  newId,
}: Pick<IdentityDeps, 'database' | 'changeFor' | 'clock' | 'newId'>): SessionOpener => ({
  async open(tenant, userId, id) {
    const { user, known } = await database.tenant(tenant.id, async (em) => ({
      user: await em.findOne(UserEntity, { id: userId }),
      known: await em.findOne(UserSessionEntity, { id, userId }),
    }));
    if (user?.status !== 'ACTIVE') throw new DomainError('CREDENTIALS_INVALID');
    if (known) return { user, session: known };

    const change = changeFor(callOn(tenant, newId(), { id: userId, email: user.email, displayName: user.displayName }));
    const filter = {
      name: 'session.creating' as const,
      payload: ({ claims }: Beginning) => ({ user: user.snapshot(), claims }),
      apply: (_input: Beginning, payload: unknown) => ({ claims: (payload as FilterPayload<'session.creating'>).claims }),
    };
    return change({ action: 'session.create', filter }, { claims: {} }, async ({ claims }, { em, events, audit }) => {
      // The lock makes the second of two first sights wait for the row of the other.
      const signedIn = await em.findOne(
        UserEntity,
        { id: userId, status: 'ACTIVE' },
        { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      );
      if (!signedIn) throw new DomainError('CREDENTIALS_INVALID');
      const opened = await em.findOne(UserSessionEntity, { id });
      if (opened) return { user: signedIn, session: opened };
      const startedAt = clock();
      signedIn.lastSignInAt = startedAt;
      const session = em.create(UserSessionEntity, { id, userId, startedAt, endedAt: null, added: claims });
      events.record('user.signed-in', { user: signedIn.snapshot(), sessionId: id });
      audit({ target: { type: 'session', id } });
      return { user: signedIn, session };
    });
  },
});
