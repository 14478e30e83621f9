import { LockMode } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';
import type { AccountSync } from '../account/account-sync.ts';
import type { IdentityDeps } from '../deps.ts';
import type { SessionService, SignedIn } from '../session/session.service.ts';
import type { DirectoryNotices } from '../tenant/directory-notices.ts';
import { callOn, realmLookup, type TenantState } from '../tenant/tenant-state.ts';
import { type User, UserEntity } from '../user/user.entity.ts';
import { displayNameOf, passwordOf } from '../user/user-input.ts';
import { type Invitation, InvitationEntity } from './invitation.entity.ts';
import { hashInvitationToken, slugOfInvitation } from './invitation-token.ts';
import type { PasswordResetService } from './password-reset.service.ts';

interface InvitationServiceDeps extends Pick<IdentityDeps, 'database' | 'changeFor' | 'identity' | 'clock' | 'newId' | 'tenantStatus'> {
  readonly accounts: AccountSync;
  readonly sessions: SessionService;
  readonly notices: DirectoryNotices;
  readonly passwordResets: PasswordResetService;
}

interface Opened {
  readonly tenant: TenantState;
  readonly invitation: Invitation;
  readonly user: User;
}

interface Acceptance {
  readonly token: string;
  readonly password: string;
  readonly displayName?: string | null;
}

/** The way in for people who were invited, and for those who lost their password. */
export class InvitationService {
  readonly #deps: InvitationServiceDeps;

  constructor(deps: InvitationServiceDeps) {
    this.#deps = deps;
  }

  /** Sets the password and signs in. The token counts once. */
  async accept(input: Acceptance): Promise<SignedIn> {
    const { database, identity, accounts, sessions, notices, passwordResets } = this.#deps;
    const { tenant, invitation, user } = await this.#open(input.token);
    const isReset = invitation.purpose === 'RESET';
    const password = passwordOf(input.password);
    // One at a time: who comes second may neither shut out who came first nor change their password.
    await database.exclusively(`invitation.${invitation.id}`, async () => {
      const opened = await this.#open(input.token);
      await (isReset ? passwordResets.use(tenant, opened.invitation, password) : this.#join(opened, { ...input, password }));
    });
    if (!isReset) await accounts.match(tenant, user.id);
    notices.principal(tenant.slug, user.id);
    return sessions.begin(tenant, await identity.signIn(tenant.slug, { username: user.email, password }));
  }

  async #join({ tenant, invitation, user }: Opened, input: Acceptance): Promise<void> {
    const { identity } = this.#deps;
    const displayName = input.displayName == null ? user.displayName : displayNameOf(input.displayName);
    // First the password, on an account that is not enabled yet: a spent invitation without one would shut its owner out.
    await identity.putAccount(tenant.slug, { subject: user.id, email: user.email, displayName, enabled: false });
    await identity.setPassword(tenant.slug, user.id, input.password);
    await this.#spend(tenant, invitation, displayName);
  }

  async #open(token: string): Promise<Opened> {
    const { tenantStatus, database, clock } = this.#deps;
    const tenant = await realmLookup(tenantStatus)(slugOfInvitation(token));
    if (tenant?.status !== 'ACTIVE' && tenant?.status !== 'SUSPENDED') throw new DomainError('INVITATION_INVALID');
    const { invitation, user } = await database.tenant(tenant.id, async (em) => {
      const found = await em.findOne(InvitationEntity, { tokenHash: hashInvitationToken(token) });
      return { invitation: found, user: found && (await em.findOne(UserEntity, { id: found.userId })) };
    });
    if (!invitation || user?.status !== statusFor[invitation.purpose]) throw new DomainError('INVITATION_INVALID');
    invitation.mustBeOpen(clock());
    if (tenant.status === 'SUSPENDED') throw new DomainError('TENANT_SUSPENDED');
    return { tenant, invitation, user };
  }

  async #spend(tenant: TenantState, { id, userId }: Invitation, displayName: string): Promise<void> {
    const { changeFor, clock, newId } = this.#deps;
    await changeFor(callOn(tenant, newId()))({ action: 'invitation.accept' }, { id, userId }, async (input, { em, events, audit }) => {
      const locked = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
      // The user first, as whoever deletes one does.
      const user = await em.findOne(UserEntity, { id: input.userId }, locked);
      const invitation = await em.findOne(InvitationEntity, { id: input.id }, locked);
      if (!invitation || user?.status !== 'INVITED') throw new DomainError('INVITATION_INVALID');
      invitation.mustBeOpen(clock());
      invitation.acceptedAt = clock();
      user.change({ status: 'ACTIVE', displayName });
      events.record('user.updated', { user: user.snapshot() });
      audit({ target: { type: 'user', id: user.id }, after: user.snapshot() });
    });
  }
}

/** How the user stands whom a link leads in. */
const statusFor = { JOIN: 'INVITED', RESET: 'ACTIVE' } as const;
