import { DomainError } from '@plexica/plugin-kit';
import { reservedSlugs, tenantSlug } from '@plexica/schema';
import { z } from 'zod';
import { checked } from './checked.ts';

/** A slug that may be taken, or TENANT_SLUG_INVALID with the rule it breaks. */
export const slugOf = (raw: string): string => {
  if (tenantSlug.safeParse(raw).success) return raw;
  throw new DomainError('TENANT_SLUG_INVALID', { message: brokenSlugRule(raw), path: ['input', 'slug'] });
};

const brokenSlugRule = (raw: string): string | undefined => {
  if ((reservedSlugs as readonly string[]).includes(raw)) return `The slug ${raw} is reserved for the platform.`;
  if (raw.length < 2 || raw.length > 40) return `A slug has 2 to 40 characters, this one ${raw.length}.`;
  return 'A slug is lower-case letters, digits and single hyphens between them, and starts with a letter.';
};

const text = (longest: number) => z.string().trim().min(1).max(longest);

export const nameOf = (raw: unknown): string => checked(text(100), raw, 'name', 'A name has 1 to 100 characters.');

export const reasonOf = (raw: string): string => checked(text(500), raw, 'reason', 'A reason has 1 to 500 characters.');

export const adminEmailOf = (raw: string): string => checked(z.email().max(254), raw.trim(), 'adminEmail', 'This is not an email address.');

/** The name given, or the email up to its @. */
export const adminDisplayNameOf = (raw: string | null | undefined, email: string): string =>
  checked(text(100), raw ?? email.slice(0, email.indexOf('@')), 'adminDisplayName', 'A display name has 1 to 100 characters.');

/** Each plugin once, in the order given. */
export const pluginIdsOf = (raw: readonly string[] | null | undefined): readonly string[] => [
  ...new Set(checked(z.array(z.string().min(2).max(31)).max(50), raw ?? [], 'plugins', 'At most 50 plugins, by their plugin ids.')),
];
