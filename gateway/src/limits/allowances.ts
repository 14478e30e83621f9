import { LRUCache } from 'lru-cache';
import { Refusal } from '../problem.ts';

/** Of this process's thread. */
export interface TimeAccount {
  readonly name: string;
  /** Milliseconds that come to it by the second. */
  readonly perSecond: number;
}

/** As much may be taken at once, where none was before: everything is new to who comes first, and to a gateway that just began. */
const secondsAtOnce = 4;
const accountsAtMost = 10_000;

/**
 * Pays for work that takes long although little is asked. Counted here and not in SharedState: it is this process's one thread that does
 * nothing else meanwhile, and no two pieces of work may begin on what is left for one. Whoever has some left may take more than that once.
 */
export const createReadingTime = (now = () => performance.now()) => {
  const taken = new LRUCache<string, { readonly ms: number; readonly at: number }>({ max: accountsAtMost });
  /** What came meanwhile makes up for what was taken. */
  const takenOf = ({ name, perSecond }: TimeAccount): number => {
    const { ms, at } = taken.get(name) ?? { ms: 0, at: 0 };
    return Math.max(0, ms - ((now() - at) / 1_000) * perSecond);
  };
  const mayWork = (accounts: readonly TimeAccount[]): void => {
    const usedUp = accounts.some((account) => takenOf(account) >= account.perSecond * secondsAtOnce);
    if (usedUp) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
  };
  const pay = (accounts: readonly TimeAccount[], ms: number): void => {
    for (const account of accounts) taken.set(account.name, { ms: takenOf(account) + ms, at: now() });
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
