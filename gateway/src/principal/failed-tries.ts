import { networkOf } from '@plexica/foundation';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../problem.ts';

export interface FailedTriesOptions {
  /** Credentials that don't hold, from one address within a second. */
  readonly atMost: number;
  readonly windowMs?: number;
}

const addressesAtMost = 10_000;
/** Of those that may fail: most hold. */
const undecidedFor = 3;

/** Credentials that did not hold, by address: nobody may try without end. */
export const createFailedTries = ({ atMost, windowMs = 1_000 }: FailedTriesOptions) => {
  const tries = new LRUCache<string, number>({ max: addressesAtMost, ttl: windowMs });
  const undecided = new Map<string, Set<string>>();
  return {
    /** Throws RATE_LIMITED where this address has failed too often of late. */
    enforce(address: string): void {
      if ((tries.get(networkOf(address)) ?? 0) >= atMost) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
    },
    /** One that must be asked about: not many others may come before it is known whether it holds. Returns what to call then. */
    began(address: string, credential: string): () => void {
      const network = networkOf(address);
      const others = undecided.get(network) ?? new Set<string>();
      if (others.has(credential)) return () => {};
      if (others.size >= atMost * undecidedFor) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
      undecided.set(network, others.add(credential));
      return () => {
        others.delete(credential);
        if (others.size === 0 && undecided.get(network) === others) undecided.delete(network);
      };
    },
    failed(address: string): void {
      const network = networkOf(address);
      tries.set(network, (tries.get(network) ?? 0) + 1, { noUpdateTTL: true });
    },
  };
};
