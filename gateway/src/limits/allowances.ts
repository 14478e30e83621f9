import { LRUCache } from 'lru-cache';

export interface Allowance {
  readonly name: string;
  /** What comes to it by the second. */
  readonly perSecond: number;
}

/** As much may be taken at once, where none was before: everything is new to who comes first, and to a gateway that just began. */
const secondsAtOnce = 4;
const namesAtMost = 10_000;

/**
 * What callers may take of this process itself, its one thread and its room. So it is counted here and not in SharedState, and at once:
 * no two may begin on what is left for one. Whoever has some left may take more than that once.
 */
export const createAllowances = (now = () => performance.now()) => {
  const taken = new LRUCache<string, { readonly amount: number; readonly at: number }>({ max: namesAtMost });
  /** What came meanwhile makes up for what was taken. */
  const takenOf = ({ name, perSecond }: Allowance): number => {
    const { amount, at } = taken.get(name) ?? { amount: 0, at: 0 };
    return Math.max(0, amount - ((now() - at) / 1_000) * perSecond);
  };
  const haveSome = (allowances: readonly Allowance[]): boolean =>
    allowances.every((allowance) => takenOf(allowance) < allowance.perSecond * secondsAtOnce);
  const take = (allowances: readonly Allowance[], amount: number): void => {
    for (const allowance of allowances) taken.set(allowance.name, { amount: takenOf(allowance) + amount, at: now() });
  };

  return {
    /** Takes nothing, and answers false, where one of them is used up. */
    take(allowances: readonly Allowance[], amount: number): boolean {
      const may = haveSome(allowances);
      if (may) take(allowances, amount);
      return may;
    },

    /** Takes the milliseconds that the work takes, for work of which nobody knows beforehand. Throws where one of them is used up. */
    during<Made>(allowances: readonly Allowance[], work: () => Made, usedUp: () => Error): Made {
      if (!haveSome(allowances)) throw usedUp();
      const started = now();
      try {
        return work();
      } finally {
        take(allowances, now() - started);
      }
    },
  };
};
