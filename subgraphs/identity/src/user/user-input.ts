import { DomainError } from '@plexica/plugin-kit';
import { z } from 'zod';

const check = <T>(schema: z.ZodType<T>, value: unknown, field: string, message: string): T => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new DomainError('BAD_USER_INPUT', { message, path: ['input', field] });
  return parsed.data;
};

const accepts = (test: () => unknown): boolean => {
  try {
    test();
    return true;
  } catch {
    return false;
  }
};

/** An address mail could reach. */
export const emailOf = (raw: string): string => check(z.email().max(254), raw.trim(), 'email', 'This is not an email address.');

/** Emails are compared without case. */
export const usernameOf = (email: string): string => email.normalize('NFKC').toLowerCase();

export const displayNameOf = (raw: string): string =>
  check(z.string().min(1).max(100), raw.trim(), 'displayName', 'A display name has 1 to 100 characters.');

export const localeOf = (raw: string): string =>
  check(
    z
      .string()
      .max(35)
      .refine((tag) => accepts(() => Intl.getCanonicalLocales(tag))),
    raw,
    'locale',
    'This is not a BCP 47 language tag.',
  );

export const timezoneOf = (raw: string): string =>
  check(
    z
      .string()
      .max(64)
      .refine((zone) => accepts(() => new Intl.DateTimeFormat('en', { timeZone: zone }))),
    raw,
    'timezone',
    'This is not an IANA time zone.',
  );

export const avatarUrlOf = (raw: string): string =>
  check(
    z.union([z.url({ protocol: /^https$/ }), z.string().regex(/^\/(?!\/)/)]).and(z.string().max(2048)),
    raw,
    'avatarUrl',
    'A picture has an https address or a path of this platform.',
  );

/** Passwords keep to the policy before they go anywhere. */
export const passwordOf = (raw: string): string => {
  if (raw.length < 10 || raw.length > 128) throw new DomainError('PASSWORD_TOO_WEAK', { path: ['input', 'password'] });
  return raw;
};

/** What somebody may say about themselves; null clears, undefined leaves. */
export interface ProfileInput {
  readonly displayName?: string | null;
  readonly locale?: string | null;
  readonly timezone?: string | null;
  readonly avatarUrl?: string | null;
}

export const profileChanges = ({ displayName, locale, timezone, avatarUrl }: ProfileInput) => ({
  ...(displayName != null && { displayName: displayNameOf(displayName) }),
  ...(locale !== undefined && { locale: locale && localeOf(locale) }),
  ...(timezone !== undefined && { timezone: timezone && timezoneOf(timezone) }),
  ...(avatarUrl !== undefined && { avatarUrl: avatarUrl && avatarUrlOf(avatarUrl) }),
});
