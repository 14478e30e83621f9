import { anonymous, type Claims } from '@plexica/plugin-kit';
import { grants, platformRealm } from '@plexica/schema';
import type { Admitted } from '../request.ts';

/** What the core may know of the caller. */
export const claimsFor = ({ principal, tenant }: Pick<Admitted, 'principal' | 'tenant'>): Claims => {
  const called = tenant && tenant.slug !== platformRealm ? { id: tenant.id, slug: tenant.slug } : null;
  if (principal.kind === 'anonymous') return { ...anonymous, tenant: called };
  return {
    tenant: called,
    user: principal.user,
    session: principal.identity.session,
    roles: principal.roles,
    permissions: principal.permissions,
    configurationVersion: 0,
    added: principal.added,
  };
};

/** What a plugin may know: its own permissions as far as the user holds them, and of the others those it was granted. */
export const claimsForPlugin = (
  claims: Claims,
  pluginId: string,
  installation: { readonly configurationVersion: number; readonly grantedScopes: readonly string[] },
): Claims => {
  const own = claims.permissions.filter((permission) => permission.startsWith(`${pluginId}.`));
  const granted = installation.grantedScopes.filter((scope) => grants(claims.permissions, scope));
  return { ...claims, permissions: [...new Set([...own, ...granted])], roles: [], configurationVersion: installation.configurationVersion };
};
