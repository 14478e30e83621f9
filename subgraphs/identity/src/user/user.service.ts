import type { Change, Work } from '@plexica/foundation';
import { DomainError, isDomainError } from '@plexica/plugin-kit';
import type { FilterPayload } from '@plexica/schema';
import type { AccountSync } from '../account/account-sync.ts';
import type { IdentityDeps } from '../deps.ts';
import { InvitationEntity } from '../invitation/invitation.entity.ts';
import { hashInvitationToken, invitationDays, invitationUrl, newInvitationToken } from '../invitation/invitation-token.ts';
import { mustNotBeLastAdmin } from '../role/last-admin.ts';
import { grantDefaultRole, grantRoles } from '../role/role-rows.ts';
import { UserSessionEntity } from '../session/session.entity.ts';
import type { Caller } from '../tenant/caller.ts';
import type { DirectoryNotices } from '../tenant/directory-notices.ts';
import { type User, UserEntity, type UserStatus } from './user.entity.ts';
import { displayNameOf, emailOf, type ProfileInput, passwordOf, profileChanges, usernameOf } from './user-input.ts';
import { lockUser, mustBeFree, permissionsOfUser } from './user-rows.ts';

interface UserServiceDeps extends Pick<IdentityDeps, 'identity' | 'mailer' | 'clock' | 'newId' | 'log' | 'settings'> {
  readonly change: Change;
  readonly caller: Caller;
  readonly accounts: AccountSync;
  readonly notices: DirectoryNotices;
  readonly find: (id: string) => Promise<User | null>;
}

interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly roleIds?: readonly string[] | null;
}

interface OfUser {
  readonly id: string;
  readonly version?: number | null;
}

const write = { permission: 'users.write' };

/** What happens to users. */
export class UserService {
  readonly #deps: UserServiceDeps;

  constructor(deps: UserServiceDeps) {
    this.#deps = deps;
  }

  async create(input: NewUser & { readonly password?: string | null }): Promise<User> {
    const { identity, caller, newId } = this.#deps;
    const id = newId();
    const realm = caller.tenant.slug;
    const { email, displayName } = this.#checked(input);
    if (!input.password) return this.#added(id, 'ACTIVE', input);
    const password = passwordOf(input.password);
    await identity.putAccount(realm, { subject: id, email, displayName, enabled: false });
    try {
      await identity.setPassword(realm, id, password);
      return await this.#added(id, 'ACTIVE', input);
    } catch (error) {
      // An account without its user is harmless, so failing to tidy up must not hide why.
      if (isDomainError(error))
        await identity.deleteAccount(realm, id).catch((err) => this.#deps.log.warn({ err }, 'a spare account stays'));
      throw error;
    }
  }

  async invite(input: NewUser): Promise<{ user: User; invitationUrl: string }> {
    const { caller, mailer, settings, clock, newId, log } = this.#deps;
    const token = newInvitationToken(caller.tenant.slug);
    const user = await this.#added(newId(), 'INVITED', input, async (invited, { em, events }) => {
      const createdAt = clock();
      const expiresAt = new Date(createdAt.getTime() + invitationDays * 86_400_000);
      const tokenHash = hashInvitationToken(token);
      em.create(InvitationEntity, { id: newId(), userId: invited.id, tokenHash, createdAt, expiresAt, acceptedAt: null, revokedAt: null });
      events.record('user.invited', { user: invited.snapshot() });
    });
    const url = invitationUrl(settings.url, token);
    await mailer
      .send({ to: user.email, subject: 'You are invited to Plexica', text: `Set your password within ${invitationDays} days:\n\n${url}\n` })
      .catch((err) => log.error({ err, user: user.id }, 'an invitation could not be mailed'));
    return { user, invitationUrl: url };
  }

  async update(input: OfUser & ProfileInput & { readonly email?: string | null }): Promise<User> {
    return this.#updated({ id: input.id, version: input.version, changes: changesOf(input) }, 'user.update');
  }

  async updateMyProfile(input: ProfileInput & { readonly version?: number | null }): Promise<User> {
    const { caller } = this.#deps;
    return this.#updated({ id: caller.userId, version: input.version, changes: profileChanges(input) }, 'user.update-profile');
  }

  async disable(input: OfUser): Promise<User> {
    return this.#settle(input, 'user.disable', async (user, { em, events }) => {
      if (user.status === 'DISABLED') return;
      await mustNotBeLastAdmin(em, user);
      user.change({ status: 'DISABLED' });
      await em.nativeUpdate(UserSessionEntity, { userId: user.id, endedAt: null }, { endedAt: this.#deps.clock() });
      events.record('user.disabled', { user: user.snapshot() });
    });
  }

  async enable(input: OfUser): Promise<User> {
    return this.#settle(input, 'user.enable', async (user, { em, events }) => {
      if (user.status !== 'DISABLED') return;
      const invited = await em.count(InvitationEntity, { userId: user.id, purpose: 'JOIN', acceptedAt: null });
      user.change({ status: invited ? 'INVITED' : 'ACTIVE' });
      events.record('user.updated', { user: user.snapshot() });
    });
  }

  async delete(input: OfUser): Promise<User> {
    const { change, caller } = this.#deps;
    const found = await this.#read(input.id);
    const filter = { name: 'user.deleting' as const, payload: () => ({ user: found.snapshot() }) };
    const deleted = await change({ action: 'user.delete', guard: write, filter }, input, async ({ id, version }, { em, events, audit }) => {
      const user = await lockUser(em, id);
      user.expect(version);
      caller.mustHold(await permissionsOfUser(em, id));
      await mustNotBeLastAdmin(em, user);
      await em.nativeDelete(UserEntity, { id });
      events.record('user.deleted', { user: user.snapshot() });
      audit({ target: { type: 'user', id }, before: user.snapshot() });
      return user;
    });
    await this.#announce(deleted.id);
    return deleted;
  }

  async setPassword(input: { readonly id: string; readonly password: string }): Promise<User> {
    const { identity, caller } = this.#deps;
    const password = passwordOf(input.password);
    const user = await this.#settle({ id: input.id }, 'user.set-password', async (target, { em }) => {
      await em.nativeUpdate(UserSessionEntity, { userId: target.id, endedAt: null }, { endedAt: this.#deps.clock() });
    });
    await identity.setPassword(caller.tenant.slug, user.id, password);
    await identity.endSessions(caller.tenant.slug, user.id);
    return user;
  }

  #checked({ email, displayName }: NewUser) {
    return { email: emailOf(email), displayName: displayNameOf(displayName) };
  }

  async #added(id: string, status: UserStatus, input: NewUser, also?: (user: User, work: Work) => Promise<void>): Promise<User> {
    const { change, caller, clock } = this.#deps;
    const roleIds = input.roleIds ?? [];
    if (roleIds.length) caller.mustHave('roles.write');
    const filter = {
      name: 'user.creating' as const,
      payload: (draft: Draft) => ({ user: { email: draft.email, displayName: draft.displayName }, roleIds: [...draft.roleIds] }),
      apply: (_draft: Draft, payload: unknown) => {
        const { user, roleIds } = payload as FilterPayload<'user.creating'>;
        return { ...this.#checked(user), roleIds };
      },
    };
    const draft: Draft = { ...this.#checked(input), roleIds };
    const user = await change(
      { action: status === 'INVITED' ? 'user.invite' : 'user.create', guard: write, filter },
      draft,
      async (final, work) => {
        const { em, events, audit } = work;
        const username = usernameOf(final.email);
        await mustBeFree(em, username);
        const { email, displayName } = final;
        const added = em.create(UserEntity, { id, email, username, displayName, status, createdAt: clock(), version: 1 });
        await em.flush().catch(asTaken);
        await (input.roleIds ? grantRoles(em, caller, added.id, final.roleIds) : grantDefaultRole(em, added.id));
        events.record('user.created', { user: added.snapshot() });
        await also?.(added, work);
        audit({ target: { type: 'user', id }, after: added.snapshot() });
        return added;
      },
    );
    await this.#announce(id);
    return user;
  }

  async #updated(input: Update, action: string): Promise<User> {
    const { caller, change } = this.#deps;
    const found = await this.#read(input.id);
    const filter = {
      name: 'user.updating' as const,
      payload: ({ changes: { username: _derived, ...changes } }: Update) => ({ user: found.snapshot(), changes }),
      apply: (update: Update, payload: unknown) => ({ ...update, changes: changesOf((payload as FilterPayload<'user.updating'>).changes) }),
    };
    const guard = caller.is(input.id) && action === 'user.update-profile' ? undefined : write;
    const user = await change({ action, guard, filter }, input, async ({ id, version, changes }, { em, events, audit }) => {
      const target = await lockUser(em, id);
      target.expect(version);
      if (!caller.is(id)) caller.mustHold(await permissionsOfUser(em, id));
      if (changes.username) await mustBeFree(em, changes.username, id);
      const before = target.snapshot();
      target.change(changes);
      await em.flush().catch(asTaken);
      events.record('user.updated', { user: target.snapshot() });
      audit({ target: { type: 'user', id }, before, after: { ...target.snapshot(), ...changes } });
      return target;
    });
    await this.#announce(user.id);
    return user;
  }

  async #settle(input: OfUser, action: string, run: (user: User, work: Work) => Promise<void>): Promise<User> {
    const { change, caller } = this.#deps;
    const user = await change({ action, guard: write }, input, async ({ id, version }, work) => {
      const target = await lockUser(work.em, id);
      target.expect(version);
      caller.mustHold(await permissionsOfUser(work.em, id));
      const before = target.snapshot();
      await run(target, work);
      work.audit({ target: { type: 'user', id }, before, after: target.snapshot() });
      return target;
    });
    await this.#announce(user.id);
    return user;
  }

  /** A look before the transaction, for the hooks to judge. */
  async #read(id: string): Promise<User> {
    const found = await this.#deps.find(id);
    if (!found) throw new DomainError('USER_NOT_FOUND');
    return found;
  }

  async #announce(userId: string): Promise<void> {
    const { accounts, notices, caller, log } = this.#deps;
    notices.principal(caller.tenant.slug, userId);
    // The change holds already; the event brings the account after it when the provider is away now.
    await accounts.match(caller.tenant, userId).catch((err) => log.warn({ err, user: userId }, 'an account follows later'));
  }
}

interface Draft {
  readonly email: string;
  readonly displayName: string;
  readonly roleIds: readonly string[];
}

interface Update extends OfUser {
  readonly changes: Partial<Pick<User, 'email' | 'username' | 'displayName' | 'locale' | 'timezone' | 'avatarUrl'>>;
}

const changesOf = (input: ProfileInput & { readonly email?: string | null }): Update['changes'] => {
  const email = input.email == null ? undefined : emailOf(input.email);
  return { ...profileChanges(input), ...(email && { email, username: usernameOf(email) }) };
};

// Two requests with the same email at once: the index has the last word.
const asTaken = (error: unknown): never => {
  const duplicate = error instanceof Error && error.name === 'UniqueConstraintViolationException';
  throw duplicate ? new DomainError('USER_EMAIL_TAKEN', { path: ['input', 'email'], cause: error }) : error;
};
