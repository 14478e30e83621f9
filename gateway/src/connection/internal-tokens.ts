import type { SigningKeys } from '@plexica/foundation';
import { type Claims, toTokenPayload } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';

const lifetimeSeconds = 60;
/** A token is handed out again until it has this long to live. */
const reserveSeconds = 15;
/** Whose tokens are kept; each has one for every subgraph they reach. */
const principalsAtMost = 10_000;

export type InternalTokens = ReturnType<typeof createInternalTokens>;

interface Minted {
  /** Once it is signed, itself. */
  token: string | Promise<string>;
  /** Of `performance.now()`; until then it is handed out again. */
  readonly until: number;
}

/**
 * Internal tokens, one per principal and subgraph, reused while fresh: claims stay the same object for as long as they say the same, so
 * new permissions or configuration are a new token.
 */
export const createInternalTokens = (keys: SigningKeys) => {
  const minted = new LRUCache<Claims, Map<string, Minted>>({ max: principalsAtMost });
  return (subgraph: string, claims: Claims): string | Promise<string> => {
    const tokens = minted.get(claims) ?? new Map<string, Minted>();
    const known = tokens.get(subgraph);
    const now = performance.now();
    if (known && now < known.until) return known.token;
    const token = keys.sign(toTokenPayload(claims), { audience: subgraph, expiresInSeconds: lifetimeSeconds });
    const fresh: Minted = { token, until: now + (lifetimeSeconds - reserveSeconds) * 1000 };
    minted.set(claims, tokens.set(subgraph, fresh));
    token.then(
      (signed) => {
        fresh.token = signed;
      },
      () => tokens.delete(subgraph),
    );
    return token;
  };
};
