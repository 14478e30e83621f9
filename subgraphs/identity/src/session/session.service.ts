import type { IssuedTokens } from '@plexica/foundation/identity-provider';
import { DomainError, isDomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { tenantSlug } from '@plexica/schema';
import type { IdentityDeps } from '../deps.ts';
import type { Caller } from '../tenant/caller.ts';
import { realmLookup, type TenantState } from '../tenant/tenant-state.ts';
import type { User } from '../user/user.entity.ts';
import { permissionsOfUser } from '../user/user-rows.ts';
import { recordFailure } from './failed-sign-in.ts';
import { type UserSession, UserSessionEntity } from './session.entity.ts';
import type { SessionEnder } from './session-ender.ts';
import type { SessionOpener } from './session-opener.ts';
import { mustBeOpen } from './sign-in-policy.ts';

interface SessionServiceDeps extends Pick<IdentityDeps, 'database' | 'changeFor' | 'identity' | 'clock' | 'newId' | 'tenantStatus'> {
  readonly call: SubgraphCall;
  readonly caller: Caller;
  readonly opener: SessionOpener;
  readonly ender: SessionEnder;
}

/** Tokens with the user they are for. */
export interface SignedIn {
  readonly accessToken: string;
  /** Names its tenant, so that it can be refreshed where no tenant is named: `<slug>.<token>`. */
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly user: User;
  readonly tenant: TenantState;
}

/** No session outlives this, however often it is refreshed. */
const longestSessionMs = 14 * 86_400_000;

/** Signing in, staying in and signing out over GraphQL. */
export class SessionService {
  readonly #deps: SessionServiceDeps;
  readonly #realm: (slug: string) => Promise<TenantState | undefined>;

  constructor(deps: SessionServiceDeps) {
    this.#deps = deps;
    this.#realm = realmLookup(deps.tenantStatus);
  }

  async login(input: { readonly tenantSlug: string; readonly username: string; readonly password: string }): Promise<SignedIn> {
    const { identity } = this.#deps;
    const tenant = await this.#agreed(input.tenantSlug);
    try {
      const tokens = await identity.signIn(tenant?.slug ?? '', input);
      return await this.begin(tenant, tokens);
    } catch (error) {
      if (isDomainError(error)) await recordFailure(this.#deps, tenant, input.username, error.code);
      throw error;
    }
  }

  async refresh({ refreshToken }: { readonly refreshToken: string }): Promise<SignedIn> {
    const { slug, token } = partsOf(refreshToken, this.#deps.caller.tenant.slug);
    const tenant = await this.#agreed(slug);
    if (!tenant) throw new DomainError('REFRESH_TOKEN_INVALID');
    const tokens = await this.#deps.identity.refresh(tenant.slug, token);
    try {
      return await this.begin(tenant, tokens);
    } catch (error) {
      throw isDomainError(error) && error.code === 'CREDENTIALS_INVALID'
        ? new DomainError('REFRESH_TOKEN_INVALID', { cause: error })
        : error;
    }
  }

  /** Tokens count once the session is admitted; refused, they are dead before anybody saw them. */
  async begin(tenant: TenantState | undefined, tokens: IssuedTokens): Promise<SignedIn> {
    const { identity, opener } = this.#deps;
    try {
      const open = mustBeOpen(tenant);
      const { user, session } = await opener.open(open, tokens.subject, tokens.session);
      if (session.endedAt) throw new DomainError('CREDENTIALS_INVALID');
      return {
        accessToken: tokens.accessToken,
        refreshToken: `${open.slug}.${tokens.refreshToken}`,
        expiresIn: tokens.expiresIn,
        user,
        tenant: open,
      };
    } catch (error) {
      if (tenant) await identity.endSession(tenant.slug, tokens.session);
      throw error;
    }
  }

  async logout(): Promise<UserSession | undefined> {
    const { caller, ender, call } = this.#deps;
    caller.mustBePerson();
    if (!caller.session) return undefined;
    return ender.end(caller.tenant, caller.session, call);
  }

  async end({ id }: { readonly id: string }): Promise<UserSession> {
    const { caller, database, ender, call } = this.#deps;
    const session = await database.tenant(caller.tenant.id, async (em) => {
      const found = await em.findOne(UserSessionEntity, { id });
      if (!found) throw new DomainError('SESSION_NOT_FOUND');
      if (!caller.is(found.userId)) {
        caller.mustHave('users.write');
        caller.mustHold(await permissionsOfUser(em, found.userId));
      }
      return found;
    });
    return (await ender.end(caller.tenant, session.id, call)) ?? session;
  }

  /** One's own, or with `users.read` anybody's; the newest first. */
  async active(userId: string | undefined | null): Promise<UserSession[]> {
    const { caller, database, clock } = this.#deps;
    const owner = userId ?? caller.userId;
    if (!caller.is(owner)) caller.mustHave('users.read');
    const since = new Date(clock().getTime() - longestSessionMs);
    return database.tenant(caller.tenant.id, (em) =>
      em.find(
        UserSessionEntity,
        { userId: owner, endedAt: null, startedAt: { $gt: since } },
        { orderBy: { startedAt: 'desc' }, limit: 100 },
      ),
    );
  }

  // A tenant named by header or host must be the one signed in to; another one is told apart from an unknown one by nothing.
  async #agreed(slug: string): Promise<TenantState | undefined> {
    const { tenant } = this.#deps.call.claims;
    return tenant && tenant.slug !== slug ? undefined : this.#realm(slug);
  }
}

const partsOf = (refreshToken: string, fallback: string): { readonly slug: string; readonly token: string } => {
  const dot = refreshToken.indexOf('.');
  const slug = refreshToken.slice(0, Math.max(0, dot));
  const named = slug === 'plexica' || tenantSlug.safeParse(slug).success;
  return named ? { slug, token: refreshToken.slice(dot + 1) } : { slug: fallback, token: refreshToken };
};
