import type { Claims } from './claims.ts';

/** Claims as the payload of an internal token; `iss`, `aud`, `iat` and `exp` come from who signs. */
export const toTokenPayload = ({ user, ...claims }: Claims): Record<string, unknown> => ({
  ...claims,
  ...(user && { sub: user.id, email: user.email, name: user.displayName }),
});

/** Back from a verified payload. Anything missing counts as nothing, never as more. */
export const fromTokenPayload = (payload: Readonly<Record<string, unknown>>): Claims => ({
  tenant: tenantOf(payload.tenant),
  user: payload.sub ? { id: String(payload.sub), email: String(payload.email ?? ''), displayName: String(payload.name ?? '') } : null,
  session: typeof payload.session === 'string' ? payload.session : null,
  roles: textsOf(payload.roles),
  permissions: textsOf(payload.permissions),
  configurationVersion: typeof payload.configurationVersion === 'number' ? payload.configurationVersion : 0,
  added: typeof payload.added === 'object' && payload.added !== null ? (payload.added as Record<string, unknown>) : {},
});

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

const tenantOf = (value: unknown): Claims['tenant'] => {
  const { id, slug } = (value ?? {}) as { id?: unknown; slug?: unknown };
  return typeof id === 'string' && typeof slug === 'string' ? { id, slug } : null;
};
