import { z } from 'zod';
import { checked } from './checked.ts';

/** What a tenant's admins decide for everybody in it. */
export interface TenantSettings {
  /** BCP 47 tag; what users see who chose no language of their own. */
  readonly locale?: string | null;
  /** IANA time zone; the days of reports begin and end by it. */
  readonly timezone?: string | null;
  /** Origins of front ends besides Plexica's own console, as browsers write them. */
  readonly allowedOrigins?: readonly string[] | null;
  /** Whether clients may ask what they registered, and nothing else. */
  readonly registeredOperationsOnly?: boolean | null;
}

/** What was given, checked; null clears, undefined leaves. Fails with BAD_USER_INPUT that names the field. */
export const settingsChanges = ({ locale, timezone, allowedOrigins, registeredOperationsOnly }: TenantSettings): TenantSettings => ({
  ...(registeredOperationsOnly !== undefined && { registeredOperationsOnly }),
  ...(locale !== undefined && {
    locale: locale && checked(localeTag, locale, 'locale', 'This is not a BCP 47 language tag, for example it-IT.'),
  }),
  ...(timezone !== undefined && {
    timezone: timezone && checked(zone, timezone, 'timezone', 'This is not an IANA time zone, for example Europe/Rome.'),
  }),
  ...(allowedOrigins !== undefined && {
    allowedOrigins:
      allowedOrigins &&
      checked(
        origins,
        allowedOrigins,
        'allowedOrigins',
        'At most 20 origins such as https://shop.example: https (http on loopback only), no path.',
      ),
  }),
});

const accepted = (test: () => unknown): boolean => {
  try {
    test();
    return true;
  } catch {
    return false;
  }
};

const localeTag = z
  .string()
  .max(35)
  .refine((tag) => accepted(() => Intl.getCanonicalLocales(tag)));

const zone = z
  .string()
  .max(64)
  .refine((name) => accepted(() => new Intl.DateTimeFormat('en', { timeZone: name })));

const isOrigin = (text: string): boolean => {
  const { origin, protocol, hostname } = URL.parse(text) ?? {};
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname ?? '');
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && loopback));
};

const origins = z.array(z.string().max(255).refine(isOrigin)).max(20);
