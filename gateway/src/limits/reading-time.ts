import { LRUCache } from 'lru-cache';
import { Refusal } from '../problem.ts';

/** Of this process's thread, in milliseconds by the second. */
export interface TimeAccount {
  readonly name: string;
  readonly limit: number;
}

const secondMs = 1_000;
const accountsAtMost = 10_000;

/**
 * Pays for work by the time it took, for work of which nobody knows beforehand how long it takes. Counted here and not in SharedState: it is
 * this process's one thread that does nothing else meanwhile, and no two pieces of work may begin on what is left for one.
 */
export const createReadingTime = (now = () => performance.now()) => {
  /** A second begins with the first that is counted in it. */
  const spent = new LRUCache<string, number>({ max: accountsAtMost, ttl: secondMs, noUpdateTTL: true, ttlResolution: 0, perf: { now } });
  const of = (name: string): number => spent.get(name) ?? 0;

  return <Made>(accounts: readonly TimeAccount[], work: () => Made): Made => {
    if (accounts.some(({ name, limit }) => of(name) >= limit)) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
    const started = now();
    try {
      return work();
    } finally {
      const ms = now() - started;
      for (const { name } of accounts) spent.set(name, of(name) + ms);
    }
  };
};
