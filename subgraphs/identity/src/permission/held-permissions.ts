import { DomainError } from '@plexica/plugin-kit';
import { corePermissions, grants, platformPermissions, platformRealm } from '@plexica/schema';
import type { Role } from '../role/role.entity.ts';
import type { PluginPermission } from './plugin-permission.entity.ts';

type RoleGrants = Pick<Role, 'name' | 'builtIn' | 'permissions'>;

/** What a role grants here and now: its own permissions and those plugins give to built-in roles. */
export const permissionsOfRole = (role: RoleGrants, added: readonly PluginPermission[]): string[] => [
  ...role.permissions,
  ...(role.builtIn ? added.filter(({ roles }) => roles.includes(role.name)).map(({ name }) => name) : []),
];

/** What somebody with these roles holds, wildcards as they were granted. */
export const permissionsOfRoles = (roles: readonly RoleGrants[], added: readonly PluginPermission[]): string[] => [
  ...new Set(roles.flatMap((role) => permissionsOfRole(role, added))),
];

/** Every single permission that exists in the tenant. */
export const knownPermissions = (added: readonly PluginPermission[]): string[] => [
  ...Object.keys(corePermissions),
  ...added.map(({ name }) => name),
];

/** The existing permissions that those held amount to; wildcards are spelled out. */
export const spelledOut = (held: readonly string[], added: readonly PluginPermission[]): string[] =>
  knownPermissions(added)
    .filter((name) => grants(held, name))
    .sort();

/** `*`, an existing permission, or a wildcard that covers at least one. */
export const isKnownPermission = (permission: string, added: readonly PluginPermission[]): boolean =>
  permission === '*' ||
  knownPermissions(added).some((name) => name === permission || (permission.endsWith('.*') && grants([permission], name)));

/** Sorted, each once. PERMISSION_UNKNOWN for one that this realm doesn't have. */
export const mustBeKnown = (permissions: readonly string[], added: readonly PluginPermission[], realm: string): string[] => {
  const known = (name: string) => isKnownPermission(name, added) || (realm === platformRealm && Object.hasOwn(platformPermissions, name));
  const unknown = permissions.find((name) => !known(name));
  if (unknown)
    throw new DomainError('PERMISSION_UNKNOWN', { message: `There is no permission ${unknown}.`, path: ['input', 'permissions'] });
  return [...new Set(permissions)].sort();
};

/** What somebody was given, as far as its giver still holds it; wildcards are spelled out. */
export const heldThrough = (
  given: readonly string[],
  held: readonly string[],
  added: readonly PluginPermission[],
  realm: string,
): string[] => {
  const all = [...knownPermissions(added), ...(realm === platformRealm ? Object.keys(platformPermissions) : [])];
  return all.filter((name) => grants(given, name) && grants(held, name)).sort();
};
