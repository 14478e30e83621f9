import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import jwksRsa from 'jwks-rsa';
import { LRUCache } from 'lru-cache';

/** Public keys of the realms' issuers: cached, fetched once at a time, and never for an issuer that the Directory doesn't name. */
export interface IssuerKeys {
  key(jwksUri: string, keyId: string): Promise<KeyObject>;
}

const realmsAtMost = 2_000;

export const createIssuerKeys = (): IssuerKeys => {
  const clients = new LRUCache<string, jwksRsa.JwksClient>({ max: realmsAtMost });
  const clientOf = (jwksUri: string) => {
    const known = clients.get(jwksUri);
    if (known) return known;
    const client = jwksRsa({
      jwksUri,
      cache: true,
      cacheMaxEntries: 8,
      cacheMaxAge: 600_000,
      rateLimit: true,
      jwksRequestsPerMinute: 10,
      timeout: 5_000,
    });
    clients.set(jwksUri, client);
    return client;
  };
  return {
    async key(jwksUri, keyId) {
      const found = await clientOf(jwksUri).getSigningKey(keyId);
      return createPublicKey(found.getPublicKey());
    },
  };
};
