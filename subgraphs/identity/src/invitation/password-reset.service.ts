import { type Change, sayAway } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { UserSessionEntity } from '../session/session.entity.ts';
import type { Caller } from '../tenant/caller.ts';
import { callOn } from '../tenant/tenant-state.ts';
import type { User } from '../user/user.entity.ts';
import { lockUser, permissionsOfUser } from '../user/user-rows.ts';
import { type Invitation, InvitationEntity } from './invitation.entity.ts';
import { hashInvitationToken, newInvitationToken, passwordResetHours, passwordResetUrl } from './invitation-token.ts';

interface PasswordResetDeps extends Pick<IdentityDeps, 'changeFor' | 'identity' | 'mailer' | 'clock' | 'newId' | 'settings'> {
  readonly change: Change;
  readonly caller: Caller;
}

/** Another password for who lost theirs, by a link that is mailed to them alone. */
export class PasswordResetService {
  readonly #deps: PasswordResetDeps;

  constructor(deps: PasswordResetDeps) {
    this.#deps = deps;
  }

  /** Only the newest link works. The password and the sessions of now stay until it is used. */
  async send({ id }: { readonly id: string }): Promise<User> {
    const { change, caller, mailer, settings, clock, newId } = this.#deps;
    const token = newInvitationToken(caller.tenant.slug);
    const useCase = { action: 'user.send-password-reset', guard: { permission: 'users.write' } };
    const user = await change(useCase, { id }, async (input, { em, audit }) => {
      const target = await lockUser(em, input.id);
      caller.mustHold(await permissionsOfUser(em, target.id));
      if (target.status !== 'ACTIVE') throw new DomainError('USER_NOT_ACTIVE', { path: ['input', 'id'] });
      await em.nativeDelete(InvitationEntity, { userId: target.id, purpose: 'RESET', acceptedAt: null });
      const createdAt = clock();
      const expiresAt = new Date(createdAt.getTime() + passwordResetHours * 3_600_000);
      const ends = { createdAt, expiresAt, acceptedAt: null, revokedAt: null };
      em.create(InvitationEntity, { id: newId(), userId: target.id, purpose: 'RESET', tokenHash: hashInvitationToken(token), ...ends });
      audit({ target: { type: 'user', id: target.id } });
      return target;
    });
    const text = `Set another password within ${passwordResetHours} hours:\n\n${passwordResetUrl(settings.url, token)}\n`;
    await mailer.send({ to: user.email, subject: 'Your new Plexica password', text }).catch(sayAway('The mail server'));
    return user;
  }

  /**
   * Sets the password and ends every session. A link that could not be used because the provider is away stays good. Whoever calls this has
   * found it open, and keeps others from using it meanwhile.
   */
  async use(tenant: TenantKey, { id, userId }: Invitation, password: string): Promise<void> {
    const { identity, changeFor, clock, newId } = this.#deps;
    await identity.setPassword(tenant.slug, userId, password);
    await changeFor(callOn(tenant, newId()))({ action: 'user.reset-password' }, { id, userId }, async (input, { em, audit }) => {
      await em.nativeUpdate(InvitationEntity, { id: input.id }, { acceptedAt: clock() });
      await em.nativeUpdate(UserSessionEntity, { userId: input.userId, endedAt: null }, { endedAt: clock() });
      audit({ target: { type: 'user', id: input.userId } });
    });
    await identity.endSessions(tenant.slug, userId);
  }
}
