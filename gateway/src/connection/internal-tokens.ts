import type { SigningKeys } from '@plexica/foundation';
import { type Claims, toTokenPayload } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import { fingerprintOf } from './claims-for.ts';

const lifetimeSeconds = 60;
/** A token is handed out again until it has this long to live. */
const reserveSeconds = 15;
const tokensAtMost = 50_000;

export type InternalTokens = ReturnType<typeof createInternalTokens>;

/** Internal tokens, one per principal and subgraph, reused while fresh. New permissions or configuration are a new token. */
export const createInternalTokens = (keys: SigningKeys) => {
  const minted = new LRUCache<string, Promise<string>>({ max: tokensAtMost, ttl: (lifetimeSeconds - reserveSeconds) * 1000 });
  return (subgraph: string, claims: Claims): Promise<string> => {
    const key = `${subgraph}.${fingerprintOf(claims)}`;
    const known = minted.get(key);
    if (known) return known;
    const token = keys.sign(toTokenPayload(claims), { audience: subgraph, expiresInSeconds: lifetimeSeconds });
    minted.set(key, token);
    token.catch(() => minted.delete(key));
    return token;
  };
};
