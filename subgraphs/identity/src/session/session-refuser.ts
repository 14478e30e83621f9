import { LockMode } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { callOn, type TenantState } from '../tenant/tenant-state.ts';
import { type User, UserEntity } from '../user/user.entity.ts';
import { UserSessionEntity } from './session.entity.ts';

/** Refuses a session that its provider let begin without asking us: it is over there, its tokens count for nothing, and the failure is written down once. */
export type SessionRefuser = (tenant: TenantState, user: User, session: string, reason: string) => Promise<void>;

export const createSessionRefuser =
  ({ changeFor, clock, identity, newId }: Pick<IdentityDeps, 'changeFor' | 'clock' | 'identity' | 'newId'>): SessionRefuser =>
  async (tenant, { id: userId, email }, id, reason) => {
    // First there: a browser that is still signed in at the provider would only ever come back with this very session.
    await identity.endSession(tenant.slug, id);
    const change = changeFor(callOn(tenant, newId()));
    await change({ action: 'session.refuse' }, { username: email, reason }, async (input, { em, events, audit }) => {
      await em.findOneOrFail(UserEntity, { id: userId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (await em.findOne(UserSessionEntity, { id })) throw new DomainError('CREDENTIALS_INVALID');
      const refusedAt = clock();
      em.create(UserSessionEntity, { id, userId, startedAt: refusedAt, endedAt: refusedAt, added: {} });
      events.record('user.sign-in-failed', input);
      audit({ after: input });
    });
  };
