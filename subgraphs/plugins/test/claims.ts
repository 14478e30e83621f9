import type { TenantKey } from '@plexica/foundation/database';
import { anonymous, type Claims } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';

export const platformAdmin: Claims = {
  ...anonymous,
  user: { id: '00000000-0000-7000-8000-0000000000aa', email: 'root@plexica.test', displayName: 'Root' },
  session: 'session-of-root',
  roles: [superAdmin],
  permissions: ['*'],
};

export const claimsIn = ({ id, slug }: TenantKey, permissions: readonly string[] = ['*']): Claims => ({
  ...anonymous,
  tenant: { id, slug },
  user: { id: '00000000-0000-7000-8000-0000000000bb', email: `admin@${slug}.test`, displayName: 'Ada Admin' },
  session: `session-in-${slug}`,
  permissions,
});
