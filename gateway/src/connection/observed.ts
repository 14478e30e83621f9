import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import type { SubgraphCallOutcome } from '../telemetry/metrics.ts';

export type ObserveCall = (outcome: SubgraphCallOutcome) => void;

/** The same connection; how long its answers take, and whether they come, is told; for a plugin with whose it is. */
export const observed = (connection: SubgraphConnection, observe: ObserveCall, tenant?: string): SubgraphConnection => ({
  ...connection,
  async request(operation, caller) {
    const started = performance.now();
    let failed = true;
    try {
      const answer = await connection.request(operation, caller);
      failed = false;
      return answer;
    } finally {
      observe({ subgraph: connection.name, tenant, failed, ms: performance.now() - started });
    }
  },
});
