import { z } from 'zod';

export const reservedSlugs = ['plexica', 'platform', 'master', 'www', 'api', 'admin', 'localhost'] as const;

/** 2 to 40 characters, lower case, single hyphens, not reserved. Immutable once taken. */
export const tenantSlug = z
  .string()
  .min(2)
  .max(40)
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .refine((slug) => !(reservedSlugs as readonly string[]).includes(slug), { message: 'reserved' });
