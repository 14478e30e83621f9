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
 * Pays for work that takes long although little is asked. Counted here and not in SharedState: it is this process's one thread that does
 * nothing else meanwhile, and no two pieces of work may begin on what is left for one. Whoever has some left may take more than that once.
 */
export const createReadingTime = (now = () => performance.now()) => {
  /** A second begins with the first that is counted in it. */
  const spent = new LRUCache<string, number>({ max: accountsAtMost, ttl: secondMs, noUpdateTTL: true, ttlResolution: 0, perf: { now } });
  const of = (name: string): number => spent.get(name) ?? 0;
  const mayWork = (accounts: readonly TimeAccount[]): void => {
    if (accounts.some(({ name, limit }) => of(name) >= limit)) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };
  const pay = (accounts: readonly TimeAccount[], ms: number): void => {
    for (const { name } of accounts) spent.set(name, of(name) + ms);
  };

  return {
    /** For work that takes about so long. */
    spend(accounts: readonly TimeAccount[], ms: number): void {
      mayWork(accounts);
      pay(accounts, ms);
    },

    /** For work of which nobody knows beforehand how long it takes. */
    during<Made>(accounts: readonly TimeAccount[], work: () => Made): Made {
      mayWork(accounts);
      const started = now();
      try {
        return work();
      } finally {
        pay(accounts, now() - started);
      }
    },
  };
};
