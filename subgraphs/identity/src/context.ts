import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError, type SubgraphCall, type SubgraphContext } from '@plexica/plugin-kit';
import { createAccountSync } from './account/account-sync.ts';
import { ApiKeyService } from './api-key/api-key.service.ts';
import type { IdentityDeps } from './deps.ts';
import { InvitationService } from './invitation/invitation.service.ts';
import { PasswordResetService } from './invitation/password-reset.service.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import { RoleService } from './role/role.service.ts';
import { SessionService, type SignedIn } from './session/session.service.ts';
import { createSessionEnder } from './session/session-ender.ts';
import { createSessionOpener } from './session/session-opener.ts';
import { Caller } from './tenant/caller.ts';
import { createDirectoryNotices } from './tenant/directory-notices.ts';
import { UserService } from './user/user.service.ts';

/** What one request sees: its caller, the use cases, and loaders that ask the database once. */
export const identityContext = (deps: IdentityDeps, call: SubgraphCall) => {
  const caller = new Caller(call.claims);
  const change = deps.changeFor(call);
  const notices = createDirectoryNotices(deps.pubsub);
  const accounts = createAccountSync(deps);
  const read = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> => deps.database.tenant(caller.tenant.id, work);
  const loaders = createLoaders(read);
  const elsewhere = new WeakMap<object, Loaders>();
  const findUser = (id: string) => loaders.user.load(id);
  const sessions = new SessionService({
    ...deps,
    call,
    caller,
    opener: createSessionOpener(deps),
    ender: createSessionEnder({ ...deps, notices }),
  });
  const passwordResets = new PasswordResetService({ ...deps, change, caller });
  return {
    caller,
    loaders,
    read,
    sessions,
    users: new UserService({ ...deps, change, caller, accounts, notices, find: findUser }),
    roles: new RoleService({ ...deps, change, caller, notices, findUser, findRole: (id) => loaders.role.load(id) }),
    apiKeys: new ApiKeyService({ ...deps, change, caller, notices, read }),
    passwordResets,
    invitations: new InvitationService({ ...deps, accounts, sessions, notices, passwordResets }),
    /** Those of the tenant that an entity is of: who just signed in is of another than the request. */
    loadersOf: (entity: object): Loaders => elsewhere.get(entity) ?? loaders,
    /** Keeps to the tenant of the entity for what hangs on it. */
    follow<Entity extends object>(from: object, to: readonly Entity[]): readonly Entity[] {
      const known = elsewhere.get(from);
      if (known) for (const entity of to) elsewhere.set(entity, known);
      return to;
    },
    /** What a new session shows of its user is read in the tenant signed in to. */
    enter(session: SignedIn): SignedIn {
      elsewhere.set(
        session.user,
        createLoaders((work) => deps.database.tenant(session.tenant.id, work)),
      );
      return session;
    },
    /** Another tenant's references resolve to nothing, and those of this tenant to who may see its users. */
    mayRefer(userId?: string): void {
      if (!call.claims.user) throw new DomainError('UNAUTHENTICATED');
      if (userId === undefined || !caller.is(userId)) caller.mustHave('users.read');
    },
  };
};

export type IdentityContext = ReturnType<typeof identityContext> & SubgraphContext;
