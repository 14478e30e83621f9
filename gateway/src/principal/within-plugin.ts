import { permissionsOfPlugin } from '../connection/claims-for.ts';
import type { ActivePlugin, TenantRecord } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { Principal, SignedInPrincipal } from './principal.ts';

/** The same principal and plugin are the same again, so that what is made of it once need not be made again. */
const known = new WeakMap<SignedInPrincipal, { readonly active: ActivePlugin; readonly narrowed: SignedInPrincipal }>();

/** A component of a plugin may do what its user may as far as the plugin may know it; nothing where the plugin is not active. */
export const withinPlugin = (principal: Principal, tenant: TenantRecord | undefined): Principal => {
  if (principal.kind === 'anonymous' || principal.plugin === undefined) return principal;
  const { plugin } = principal;
  const active = tenant && Object.hasOwn(tenant.plugins, plugin) ? tenant.plugins[plugin] : undefined;
  if (!active) throw new Refusal('UNAUTHENTICATED');
  const same = known.get(principal);
  if (same?.active === active) return same.narrowed;
  const permissions = permissionsOfPlugin(principal.permissions, plugin, active.grantedScopes);
  const narrowed: SignedInPrincipal = { ...principal, roles: [], permissions };
  known.set(principal, { active, narrowed });
  return narrowed;
};
