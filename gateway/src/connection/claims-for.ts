import { hash } from 'node:crypto';
import { anonymous, type Claims, toTokenPayload } from '@plexica/plugin-kit';
import { grants, platformRealm } from '@plexica/schema';
import type { TenantRecord } from '../directory/directory.ts';
import { onceFor } from '../once-for.ts';
import type { SignedInPrincipal } from '../principal/principal.ts';
import type { Admitted } from '../request.ts';

const known = new WeakMap<SignedInPrincipal, Claims>();
const anonymousOf = onceFor(({ id, slug }: TenantRecord): Claims => ({ ...anonymous, tenant: { id, slug } }));

/** What the core may know of the caller: the same object for as long as nothing of it changes. */
export const claimsFor = ({ principal, tenant }: Pick<Admitted, 'principal' | 'tenant'>): Claims => {
  const record = tenant?.slug === platformRealm ? undefined : tenant;
  if (principal.kind === 'anonymous') return record ? anonymousOf(record) : anonymous;
  const called = record ? { id: record.id, slug: record.slug } : null;
  const same = known.get(principal);
  if (same && same.tenant?.id === called?.id) return same;
  const claims: Claims = {
    tenant: called,
    user: principal.user,
    session: principal.identity.session,
    roles: principal.roles,
    permissions: principal.permissions,
    configurationVersion: 0,
    added: principal.added,
  };
  known.set(principal, claims);
  return claims;
};

/** Equal for claims that say the same. */
export const fingerprintOf = onceFor((claims: Claims): string => hash('sha256', JSON.stringify(toTokenPayload(claims)), 'base64url'));

/** What a plugin may know: its own permissions as far as the user holds them, and of the others those it was granted. */
export const claimsForPlugin = (
  claims: Claims,
  pluginId: string,
  installation: { readonly configurationVersion: number; readonly grantedScopes: readonly string[] },
): Claims => {
  const permissions = permissionsOfPlugin(claims.permissions, pluginId, installation.grantedScopes);
  return { ...claims, permissions, roles: [], configurationVersion: installation.configurationVersion };
};

/** Of what a user holds, the plugin's own permissions and the scopes that the tenant granted it. */
export const permissionsOfPlugin = (held: readonly string[], pluginId: string, grantedScopes: readonly string[]): readonly string[] => {
  const own = held.filter((permission) => permission.startsWith(`${pluginId}.`));
  return [...new Set([...own, ...grantedScopes.filter((scope) => grants(held, scope))])];
};
