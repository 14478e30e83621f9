import { randomBytes } from 'node:crypto';
import { platformTenant } from '@plexica/foundation/database';
import { superAdmin } from '@plexica/schema';
import type { Core } from '../assembly/core.ts';

export interface FirstAdmin {
  readonly email: string;
  readonly password: string;
}

interface NewAdmin {
  readonly email: string;
  readonly displayName: string;
  /** One is made up when it is absent. */
  readonly password?: string;
}

/** Somebody who may do everything on the platform. Who is active already keeps their password. */
export const createPlatformAdmin = async ({ onboarding }: Pick<Core, 'onboarding'>, admin: NewAdmin): Promise<FirstAdmin> => {
  const password = admin.password ?? randomBytes(15).toString('base64url');
  await onboarding.createUserWithPassword(platformTenant, { ...admin, password, roles: [superAdmin] });
  return { email: admin.email, password };
};
