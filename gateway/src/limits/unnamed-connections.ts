import { anonymousPrincipal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';
import { createStreamLimit } from './stream-limit.ts';

export interface UnnamedLimits {
  readonly perAddress: number;
  readonly inAll: number;
}

const defaults: UnnamedLimits = { perAddress: 1_000, inAll: 5_000 };

/**
 * How many connections may be open at this process that have not said yet who they are: each has 5 s for it. Returns what to call, once or
 * more often, when one has said so or is gone.
 */
export const createUnnamedConnections = ({ perAddress, inAll } = defaults) => {
  const enter = createStreamLimit(perAddress, 'connections without an answered connection_init');
  let open = 0;
  return (address: string | undefined): (() => void) => {
    if (open >= inAll) throw new Refusal('RATE_LIMITED', { message: `At most ${inAll} connections may wait to be admitted.` });
    const leave = enter({ principal: anonymousPrincipal, address });
    open += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      open -= 1;
      leave();
    };
  };
};
