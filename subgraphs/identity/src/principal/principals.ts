import { isDomainError } from '@plexica/plugin-kit';
import type { IdentityDeps } from '../deps.ts';
import { permissionsOfRoles, spelledOut } from '../permission/held-permissions.ts';
import { type PluginPermission, PluginPermissionEntity } from '../permission/plugin-permission.entity.ts';
import type { Role } from '../role/role.entity.ts';
import { type UserSession, UserSessionEntity } from '../session/session.entity.ts';
import { createSessionOpener } from '../session/session-opener.ts';
import { createSessionRefuser } from '../session/session-refuser.ts';
import { hasSchema, realmLookup, type TenantState } from '../tenant/tenant-state.ts';
import { type User, UserEntity } from '../user/user.entity.ts';
import { rolesOf } from '../user/user-rows.ts';
import { createKeyPrincipals } from './key-principals.ts';

/** Of a verified token; the shape the gateway's Directory hands over. */
export interface VerifiedIdentity {
  readonly realm: string;
  readonly subject: string;
  readonly session: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Who a token stands for, as the gateway's Directory answers it. */
export interface PrincipalRecord {
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string };
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly revoked: boolean;
  readonly added: Readonly<Record<string, unknown>>;
}

/** Whom an API key acts for, as the gateway's Directory answers it. A key has permissions alone, never a role. */
export interface KeyRecord {
  readonly user: PrincipalRecord['user'];
  /** What stands for the key where others have a session. */
  readonly session: string;
  readonly permissions: readonly string[];
  /** Seconds since 1970; null for a key that doesn't run out. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface Principals {
  /** By the SHA-256 of its secret, in hexadecimal. Undefined for a key that doesn't count. */
  apiKey(realm: string, secretHash: string): Promise<KeyRecord | undefined>;

  /** Undefined for a realm or user that does not exist. Opens the session on first sight, unless the tenant is not active. */
  principal(identity: VerifiedIdentity): Promise<PrincipalRecord | undefined>;
}

interface Known {
  readonly user: User;
  readonly roles: readonly Role[];
  readonly added: readonly PluginPermission[];
  readonly session: UserSession | null;
}

export const createPrincipals = (
  deps: Pick<IdentityDeps, 'database' | 'changeFor' | 'clock' | 'newId' | 'identity' | 'tenantStatus'>,
): Principals => {
  const realm = realmLookup(deps.tenantStatus);
  const opener = createSessionOpener(deps);
  const refuse = createSessionRefuser(deps);

  const known = (tenant: TenantState, userId: string, session: string): Promise<Known | undefined> =>
    deps.database.tenant(tenant.id, async (em) => {
      const user = await em.findOne(UserEntity, { id: userId });
      if (!user) return undefined;
      const roles = await rolesOf(em, user.id);
      const added = await em.find(PluginPermissionEntity, {});
      return { user, roles, added, session: await em.findOne(UserSessionEntity, { id: session, userId }) };
    });

  /** What the session is worth; opens it where nobody saw it before. */
  const judge = async (tenant: TenantState, { user, session }: Known, id: string): Promise<Pick<PrincipalRecord, 'revoked' | 'added'>> => {
    if (user.status !== 'ACTIVE' || session?.endedAt) return { revoked: true, added: {} };
    if (session) return { revoked: false, added: session.added };
    // The gateway refuses a tenant that is not active by itself, and says so to this token.
    if (tenant.status !== 'ACTIVE') return { revoked: false, added: {} };
    try {
      const opened = await opener.open(tenant, user.id, id);
      return { revoked: opened.session.endedAt !== null, added: opened.session.added };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      if (error.code === 'HOOK_VETOED') await refuse(tenant, user, id, error.code).catch(onlyBroken);
      return { revoked: true, added: {} };
    }
  };

  return {
    apiKey: createKeyPrincipals(deps),

    async principal({ realm: slug, subject, session }) {
      const tenant = await realm(slug);
      const found = tenant && hasSchema(tenant) ? await known(tenant, subject, session) : undefined;
      if (!tenant || !found) return undefined;
      const held = permissionsOfRoles(found.roles, found.added);
      const { id, email, displayName } = found.user;
      return {
        user: { id, email, displayName },
        roles: found.roles.map(({ name }) => name),
        permissions: [...new Set([...held, ...spelledOut(held, found.added)])],
        ...(await judge(tenant, found, session)),
      };
    },
  };
};

// Another request with the same token was quicker.
const onlyBroken = (error: unknown): void => {
  if (!isDomainError(error)) throw error;
};
