import { corePermissions, grants } from '@plexica/schema';
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
