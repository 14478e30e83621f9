import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

export interface BreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failures?: number;
  /** How long it stays open before one call may try again. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

/** Stops calling a subgraph that keeps failing, so that it costs nobody a timeout. One call after the pause decides whether it closes. */
export const withCircuitBreaker = (
  connection: SubgraphConnection,
  { failures = 5, pauseMs = 5_000, now = Date.now }: BreakerOptions = {},
): SubgraphConnection => {
  let inARow = 0;
  let openUntil = 0;
  const isOpen = () => inARow >= failures && now() < openUntil;
  const failed = () => {
    inARow += 1;
    if (inARow >= failures) openUntil = now() + pauseMs;
  };
  return {
    ...connection,
    async request(operation, caller) {
      if (isOpen()) throw new SubgraphUnavailableError(connection.name, 'it failed repeatedly and rests for a moment');
      // Others wait for the verdict of the call that tries.
      if (inARow >= failures) openUntil = now() + pauseMs;
      try {
        const answer = await connection.request(operation, caller);
        inARow = 0;
        return answer;
      } catch (error) {
        if (!caller.signal?.aborted) failed();
        throw error;
      }
    },
  };
};
