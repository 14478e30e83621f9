import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';
import { callerName } from './caller-name.ts';

const streamsAtMost = 200;

/** How many subscriptions, or whatever else, one user, or one address without a token, may have open at this process. Returns what to call at the end. */
export const createStreamLimit = (limit = streamsAtMost, what = 'subscriptions') => {
  const open = new Map<string, number>();
  return (asking: Pick<Admitted, 'principal' | 'address'>): (() => void) => {
    const key = callerName(asking);
    const count = open.get(key) ?? 0;
    if (count >= limit) throw new Refusal('RATE_LIMITED', { message: `At most ${limit} ${what} may be open at once.` });
    open.set(key, count + 1);
    return () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    };
  };
};
