/** Permissions of the core, `resource.action`. Plugins add `<plugin>.<resource>.<action>`. */
export const corePermissions = {
  'users.read': 'See the users of the tenant and their roles',
  'users.write': 'Create, invite, change, disable and delete users',
  'roles.read': 'See roles and the permissions they hold',
  'roles.write': 'Create, change, assign and revoke roles',
  'settings.read': 'See the settings and branding of the tenant',
  'settings.write': 'Change the settings and branding of the tenant',
  'plugins.manage': 'Install, configure, activate and remove plugins',
  'audit.read': 'See who changed what and when',
} as const;

/** Permissions that exist on the platform alone, for API keys of platform admins. */
export const platformPermissions = {
  'plugins.publish': 'Hand in versions of plugins for review',
} as const;

export type CorePermission = keyof typeof corePermissions;

/** Created with every tenant. `*` grants everything in the tenant. */
export const builtInRoles = {
  admin: { description: 'Everything in the tenant', permissions: ['*'] },
  user: { description: 'A member who works in the tenant', permissions: ['users.read', 'settings.read'] },
  guest: { description: 'A visitor who sees who else is there', permissions: ['users.read'] },
} as const;

export type BuiltInRole = keyof typeof builtInRoles;

/** The role of platform admins, in the platform's own realm. */
export const superAdmin = 'super_admin';

/** The platform's own realm, and the header value that means the platform. Never a tenant. */
export const platformRealm = 'plexica';

/** `roles.*` grants `roles.write`; a lone `*` grants everything in the tenant. */
export const grants = (held: readonly string[], wanted: string): boolean =>
  held.some((permission) => {
    if (permission === '*' || permission === wanted) return true;
    if (!permission.endsWith('.*')) return false;
    const prefix = permission.slice(0, -1);
    return wanted.startsWith(prefix) && !wanted.slice(prefix.length).includes('.');
  });
