import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

export interface BreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failures?: number;
  /** How long it stays open before one call may try again. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

/**
 * Stops calling a subgraph that keeps failing, so that it costs nobody a timeout. One call after the pause decides whether it
 * closes. Answers and streams have a circuit each: one that can't stream still answers.
 */
export const withCircuitBreaker = (connection: SubgraphConnection, options: BreakerOptions = {}): SubgraphConnection => {
  const [requests, streams] = [createCircuit(options), createCircuit(options)];
  const enter = (circuit: ReturnType<typeof createCircuit>): void => {
    if (!circuit.enter()) throw new SubgraphUnavailableError(connection.name, 'it failed repeatedly and rests for a moment');
  };
  return {
    ...connection,
    async request(operation, caller) {
      enter(requests);
      try {
        const answer = await connection.request(operation, caller);
        requests.worked();
        return answer;
      } catch (error) {
        if (!caller.signal?.aborted) requests.failed();
        throw error;
      }
    },
    async *subscribe(operation, caller, opened) {
      enter(streams);
      let works = false;
      const worked = () => {
        if (!works) streams.worked();
        works = true;
      };
      try {
        const events = connection.subscribe(operation, caller, () => {
          worked();
          opened?.();
        });
        for await (const event of events) {
          worked();
          yield event;
        }
      } catch (error) {
        // One that breaks off later says little: whoever listened asks again, and that decides.
        if (!works && !caller.signal?.aborted) streams.failed();
        throw error;
      }
    },
  };
};

const createCircuit = ({ failures = 5, pauseMs = 5_000, now = () => performance.now() }: BreakerOptions) => {
  let inARow = 0;
  let openUntil = 0;
  return {
    /** Whether a call may be made. */
    enter(): boolean {
      if (inARow < failures) return true;
      if (now() < openUntil) return false;
      // Others wait for the verdict of the call that tries.
      openUntil = now() + pauseMs;
      return true;
    },
    worked(): void {
      inARow = 0;
    },
    failed(): void {
      inARow += 1;
      if (inARow >= failures) openUntil = now() + pauseMs;
    },
  };
};
