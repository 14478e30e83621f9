import type { CounterStep } from '@plexica/foundation';
import { Refusal } from '../problem.ts';

export interface Step extends CounterStep {
  /** By the second. */
  readonly limit: number;
}

/** What is known here of one counter. */
interface Tally {
  /** Everybody's points as of the last count, and what was spent here since. */
  spent: number;
  /** Of those, what was not counted yet. */
  waiting: number;
  /** Nobody could say what the others spent. */
  unknown: boolean;
  readonly limit: number;
}

export interface SmallChangeDeps {
  /** Adds to the counters that all replicas share, and answers what they say then. */
  readonly count: (steps: readonly CounterStep[]) => Promise<readonly number[]>;
  readonly withoutCounters: 'open' | 'closed';
}

const gatherMs = 100;

const isUsedUp = ({ spent, limit, unknown }: Tally): boolean => unknown || spent >= limit;

/**
 * Points that are spent few at a time and thousands of times a second: gathered, and counted ten times a second, all callers' in one step.
 * So a limit holds to within what is spent in a tenth of a second.
 */
export const createSmallChange = ({ count, withoutCounters }: SmallChangeDeps) => {
  const tallies = new Map<string, Tally>();
  let gathering: NodeJS.Timeout | undefined;

  const settle = async (): Promise<void> => {
    for (const [key, tally] of tallies) if (tally.waiting === 0 && !isUsedUp(tally)) tallies.delete(key);
    if (tallies.size === 0) {
      clearInterval(gathering);
      gathering = undefined;
      return;
    }
    // One that is used up is asked about with nothing to add, until its second is over.
    const asked = [...tallies].map(([key, tally]) => ({ key, tally, by: tally.waiting }));
    for (const { tally } of asked) tally.waiting = 0;
    const totals = await count(asked.map(({ key, by }) => ({ key, by }))).catch(() => undefined);
    for (const [at, { tally }] of asked.entries()) {
      tally.spent = (totals?.[at] ?? 0) + tally.waiting;
      tally.unknown = totals === undefined && withoutCounters === 'closed';
    }
  };

  /** Spends these points where each counter has something left; else none of them, and says why. */
  return (steps: readonly Step[]): Refusal | undefined => {
    for (const { key } of steps) {
      const tally = tallies.get(key);
      if (tally && isUsedUp(tally)) return new Refusal(tally.unknown ? 'SERVICE_UNAVAILABLE' : 'RATE_LIMITED', { retryAfterSeconds: 1 });
    }
    for (const { key, by, limit } of steps) {
      const tally = tallies.get(key) ?? { spent: 0, waiting: 0, unknown: false, limit };
      tallies.set(key, tally);
      tally.spent += by;
      tally.waiting += by;
    }
    gathering ??= setInterval(() => void settle(), gatherMs).unref();
    return undefined;
  };
};
