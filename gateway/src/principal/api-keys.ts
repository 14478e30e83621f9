import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Directory } from '../directory/directory.ts';
import { Refusal } from '../problem.ts';
import type { SignedInPrincipal } from './principal.ts';

/** Wrong keys that one address may try in a second; none of them is random enough to be guessed, but each is a question to the Directory. */
const triesAtMost = 20;
const addressesAtMost = 10_000;

/** `plx_<slug>_<secret>`, as identity makes them. */
const shape = /^plx_([a-z][a-z0-9-]{1,39})_([\w-]{43})$/;

/** Whether this credential claims to be an API key. */
export const looksLikeApiKey = (credential: string): boolean => credential.startsWith('plx_');

/** Takes API keys for whom they act for; the Directory's answer is a second old at most. */
export const createApiKeys = ({ directory, clock }: { readonly directory: Directory; readonly clock: () => Date }) => {
  const tries = new LRUCache<string, number>({ max: addressesAtMost, ttl: 1_000 });

  const failed = (address: string): never => {
    tries.set(address, (tries.get(address) ?? 0) + 1, { noUpdateTTL: true });
    throw new Refusal('UNAUTHENTICATED');
  };

  return {
    /** Rejects with UNAUTHENTICATED, whatever is wrong with the key. */
    async verify(secret: string, address = ''): Promise<SignedInPrincipal> {
      const realm = shape.exec(secret)?.[1];
      if (!realm) throw new Refusal('UNAUTHENTICATED');
      if ((tries.get(address) ?? 0) >= triesAtMost) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
      const record = await directory.apiKey(realm, hash('sha256', secret));
      if (!record) return failed(address);
      const { user, session, permissions, createdAt, expiresAt } = record;
      if (expiresAt !== null && expiresAt * 1000 <= clock().getTime()) return failed(address);
      const identity = { realm, subject: user.id, session, issuedAt: createdAt, expiresAt: expiresAt ?? Number.POSITIVE_INFINITY };
      return { kind: 'signed-in', identity, user, permissions, roles: [], revoked: false, added: {} };
    },
  };
};
