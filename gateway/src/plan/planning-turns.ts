import { Refusal } from '../problem.ts';

/** Of one caller; nobody waits long enough for the last of so many. */
const waitingAtMost = 1_000;

export type PlanningTurns = ReturnType<typeof createPlanningTurns>;

/**
 * All operations are planned in one thread, and each takes from a millisecond to ten seconds. One at a time, and callers take turns: who
 * asks many waits for them, and nobody else for more than one of each caller.
 */
export const createPlanningTurns = () => {
  /** By caller; who is next stands first. */
  const waiting = new Map<string, (() => void)[]>();
  let isBusy = false;

  const turnOf = (caller: string): Promise<void> => {
    const own = waiting.get(caller) ?? [];
    if (own.length >= waitingAtMost) throw new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
    waiting.set(caller, own);
    return new Promise((resolve) => void own.push(resolve));
  };

  const pass = (): void => {
    const [next] = waiting;
    isBusy = next !== undefined;
    if (!next) return;
    const [caller, own] = next;
    const begin = own.shift();
    waiting.delete(caller);
    if (own.length > 0) waiting.set(caller, own);
    begin?.();
  };

  return async <Plan>(caller: string, plan: () => Promise<Plan>): Promise<Plan> => {
    if (isBusy) await turnOf(caller);
    isBusy = true;
    try {
      return await plan();
    } finally {
      pass();
    }
  };
};
