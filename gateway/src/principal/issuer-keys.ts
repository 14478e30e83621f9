import { createPublicKey, type KeyObject } from 'node:crypto';
import jwksRsa from 'jwks-rsa';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../problem.ts';

/** Public keys of the realms' issuers: cached, fetched once at a time, and never for an issuer that the Directory doesn't name. */
export interface IssuerKeys {
  /** Rejects with `UnknownKeyError` for a key the issuer doesn't have, with SERVICE_UNAVAILABLE while it can't be asked. */
  key(jwksUri: string, keyId: string): Promise<KeyObject>;
}

/** No key of the issuer has this id. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
}

export interface IssuerKeysOptions {
  readonly now?: () => number;
  /** Keys older than this are fetched again; until that works they go on counting. */
  readonly freshMs?: number;
  /** Unknown keys may make the issuer be asked again this often, then once in each time: a key it has just made is found at once, and forged ones don't flood it. */
  readonly asksAtMost?: number;
  readonly cooldownMs?: number;
}

interface KeySet {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly fetchedAt: number;
}

interface Allowance {
  readonly left: number;
  readonly since: number;
}

const realmsAtMost = 2_000;

export const createIssuerKeys = ({
  now = Date.now,
  freshMs = 600_000,
  asksAtMost = 3,
  cooldownMs = 5_000,
}: IssuerKeysOptions = {}): IssuerKeys => {
  const allowances = new LRUCache<string, Allowance>({ max: realmsAtMost });
  const known = new LRUCache<string, KeySet>({ max: realmsAtMost });
  const underWay = new Map<string, Promise<KeySet>>();

  const fetchSet = (jwksUri: string): Promise<KeySet> => {
    const running = underWay.get(jwksUri);
    if (running) return running;
    const fetching = readSet(jwksUri, now()).finally(() => underWay.delete(jwksUri));
    underWay.set(jwksUri, fetching);
    fetching.then((set) => known.set(jwksUri, set)).catch(() => {});
    return fetching;
  };

  /** All of its keys come at once, so one question answers whoever waits for another key, too. */
  const mayAsk = (jwksUri: string): boolean => {
    if (underWay.has(jwksUri)) return true;
    const { left, since } = allowances.get(jwksUri) ?? { left: asksAtMost, since: now() };
    // A clock that was set back takes nothing away.
    const earned = Math.floor(Math.abs(now() - since) / cooldownMs);
    const asks = Math.min(asksAtMost, left + earned);
    allowances.set(jwksUri, { left: Math.max(0, asks - 1), since: asks === asksAtMost ? now() : since + earned * cooldownMs });
    return asks > 0;
  };

  return {
    async key(jwksUri, keyId) {
      const set = known.get(jwksUri);
      const key = set?.keys.get(keyId);
      if (set && key) {
        // Renewed beside the request: an issuer that is away stops nobody whose key is known.
        if (Math.abs(now() - set.fetchedAt) > freshMs) fetchSet(jwksUri).catch(() => {});
        return key;
      }
      if (set && !mayAsk(jwksUri)) throw new UnknownKeyError(keyId);
      const found = (await fetchSet(jwksUri)).keys.get(keyId);
      if (!found) throw new UnknownKeyError(keyId);
      return found;
    },
  };
};

const readSet = async (jwksUri: string, fetchedAt: number): Promise<KeySet> => {
  try {
    const keys = await jwksRsa({ jwksUri, cache: false, rateLimit: false, timeout: 5_000 }).getSigningKeys();
    return { keys: new Map(keys.map((key) => [key.kid, createPublicKey(key.getPublicKey())])), fetchedAt };
  } catch {
    throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 });
  }
};
