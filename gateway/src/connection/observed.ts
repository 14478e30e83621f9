import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import type { SubgraphCallOutcome } from '../telemetry/metrics.ts';

export type ObserveCall = (outcome: SubgraphCallOutcome) => void;

/** The same connection; how long its answers take, and whether they come, is told; for a plugin with whose it is. Of a caller who has gone nothing is. */
export const observed = (connection: SubgraphConnection, observe: ObserveCall, tenant?: string): SubgraphConnection => ({
  ...connection,
  request(operation, caller) {
    const started = performance.now();
    const tell = (failed: boolean) => observe({ subgraph: connection.name, tenant, failed, ms: performance.now() - started });
    const answer = connection.request(operation, caller);
    answer.then(
      () => tell(false),
      () => caller.signal?.aborted || tell(true),
    );
    return answer;
  },
});
