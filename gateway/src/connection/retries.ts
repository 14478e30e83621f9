import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';

export interface RetryOptions {
  /** Retries that one call earns: 0.1 lets every tenth call be made twice in the long run. */
  readonly earned?: number;
  /** Retries that can be saved up. */
  readonly savedAtMost?: number;
  /** A call that took longer to fail is not made again: its caller has waited enough. */
  readonly soonMs?: number;
  readonly now?: () => number;
}

const mutation = /^\s*mutation\b/;

/**
 * Makes a read once more whose connection broke, or that a proxy could not pass on. Only as many as the budget has: a subgraph
 * that is down for everybody is not asked twice by everybody. Never a mutation, and never what failed by its own answer or by time.
 */
export const withRetries = (
  connection: SubgraphConnection,
  { earned = 0.1, savedAtMost = 10, soonMs = 1_000, now = () => performance.now() }: RetryOptions = {},
): SubgraphConnection => {
  let budget = savedAtMost;
  return {
    ...connection,
    request(operation, caller) {
      budget = Math.min(savedAtMost, budget + earned);
      const started = now();
      return connection.request(operation, caller).catch((error: unknown) => {
        const passing = error instanceof SubgraphUnavailableError && error.passing;
        if (!passing || budget < 1 || caller.signal?.aborted || now() - started > soonMs || mutation.test(operation.query)) throw error;
        budget -= 1;
        return connection.request(operation, caller);
      });
    },
  };
};
