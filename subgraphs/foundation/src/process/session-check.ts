import type { Claims, TokenVerifier } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';

/** A session as an internal token names it. */
export interface NamedSession {
  readonly tenantSlug: string;
  readonly userId: string;
  readonly session: string;
}

/** Whether a session has not ended; the owner of sessions answers it. */
export interface Sessions {
  count(session: NamedSession): Promise<boolean>;
}

const trustedMs = 4_000;
const keptAtMost = 10_000;

/** Whether the session that claims come from counts; claims without one always do. */
export type SessionCheck = (claims: Pick<Claims, 'tenant' | 'user' | 'session'>) => Promise<boolean>;

/** Trusts an answer for four seconds, so that an ended session is out within five. Fails while the owner can't be asked. */
export const createSessionCheck = (sessions: Sessions, platformSlug: string): SessionCheck => {
  const known = new LRUCache<string, boolean>({ max: keptAtMost, ttl: trustedMs });
  return async ({ tenant, user, session }) => {
    if (!session || !user) return true;
    const named = { tenantSlug: tenant?.slug ?? platformSlug, userId: user.id, session };
    const key = `${named.tenantSlug} ${named.userId} ${session}`;
    const counts = known.get(key) ?? (await sessions.count(named));
    if (!known.has(key)) known.set(key, counts);
    return counts;
  };
};

/** The same verifier, to which a token counts as long as its session does: for requests, and for sockets with each renewal. */
export const withSessions = (verifier: TokenVerifier, sessionCounts: SessionCheck): TokenVerifier => {
  const open: TokenVerifier['open'] = async (token) => {
    const opened = await verifier.open(token);
    return opened && (await sessionCounts(opened.claims)) ? opened : undefined;
  };
  return { open, claims: async (token) => (await open(token))?.claims };
};
