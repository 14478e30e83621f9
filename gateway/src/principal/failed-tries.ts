import { networkOf } from '@plexica/foundation';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../problem.ts';

export interface FailedTriesOptions {
  /** Credentials that don't hold, from one address within a second. */
  readonly atMost: number;
  readonly windowMs?: number;
}

const addressesAtMost = 10_000;

/** Credentials that did not hold, by address: nobody may try without end. */
export const createFailedTries = ({ atMost, windowMs = 1_000 }: FailedTriesOptions) => {
  const tries = new LRUCache<string, number>({ max: addressesAtMost, ttl: windowMs });
  return {
    /** Throws RATE_LIMITED where this address has failed too often of late. */
    enforce(address: string): void {
      if ((tries.get(networkOf(address)) ?? 0) >= atMost) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
    },
    failed(address: string): void {
      const network = networkOf(address);
      tries.set(network, (tries.get(network) ?? 0) + 1, { noUpdateTTL: true });
    },
  };
};
