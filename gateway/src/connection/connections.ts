import type { SigningKeys } from '@plexica/foundation';
import type { Subgraph } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import type { TenantRecord } from '../directory/directory.ts';
import { createHttpConnection } from '../execute/http-connection.ts';
import { createInProcessConnection } from '../execute/in-process-connection.ts';
import type { Connections } from '../execute/run.ts';
import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';
import type { SubgraphCallOutcome } from '../telemetry/metrics.ts';
import { withCircuitBreaker } from './circuit-breaker.ts';
import { claimsForPlugin } from './claims-for.ts';
import { createInternalTokens } from './internal-tokens.ts';

export interface ConnectionOptions {
  readonly core: readonly Subgraph[];
  readonly keys: SigningKeys;
  /** Carry the calls to plugins, and judge their addresses. A stream holds its socket for long, so streams have their own. */
  readonly dispatchers: { readonly requests: Dispatcher; readonly streams: Dispatcher };
  readonly pluginTimeoutMs?: number;
  readonly pluginResponseBytes?: number;
  readonly observe?: (outcome: SubgraphCallOutcome) => void;
}

const installationsAtMost = 5_000;

/** The subgraphs a tenant's request may reach: the core in process, its active plugins over HTTP, each behind a breaker of its own. */
export const createConnections = ({
  core,
  keys,
  dispatchers,
  pluginTimeoutMs = 5_000,
  pluginResponseBytes = 5_000_000,
  observe = () => {},
}: ConnectionOptions) => {
  const inProcess = new Map<string, SubgraphConnection>(
    core.map((subgraph) => [subgraph.name, observed(createInProcessConnection(subgraph), observe)]),
  );
  const mint = createInternalTokens(keys);
  const plugins = new LRUCache<string, SubgraphConnection>({ max: installationsAtMost });

  const connect = (tenant: TenantRecord, pluginId: string): SubgraphConnection => {
    const installation = tenant.plugins[pluginId];
    if (!installation) return absent(pluginId);
    const key = [tenant.id, pluginId, installation.url, installation.configurationVersion, installation.grantedScopes.join()].join('|');
    const known = plugins.get(key);
    if (known) return known;
    const over = (dispatcher: Dispatcher) =>
      createHttpConnection({
        name: pluginId,
        url: installation.url,
        token: (claims) => mint(pluginId, claimsForPlugin(claims, pluginId, installation)),
        timeoutMs: pluginTimeoutMs,
        maxResponseBytes: pluginResponseBytes,
        dispatcher,
      });
    const { subscribe } = over(dispatchers.streams);
    const connection = withCircuitBreaker(observed({ ...over(dispatchers.requests), subscribe }, observe));
    plugins.set(key, connection);
    return connection;
  };

  return (tenant: TenantRecord | undefined): Connections =>
    (name) => {
      const own = inProcess.get(name);
      if (own) return own;
      return tenant ? connect(tenant, name) : absent(name);
    };
};

const observed = (connection: SubgraphConnection, observe: (outcome: SubgraphCallOutcome) => void): SubgraphConnection => ({
  ...connection,
  async request(operation, caller) {
    const started = performance.now();
    let failed = true;
    try {
      const answer = await connection.request(operation, caller);
      failed = false;
      return answer;
    } finally {
      observe({ subgraph: connection.name, failed, ms: performance.now() - started });
    }
  },
});

// Switched off between the choice of the plugin set and the call.
const absent = (name: string): SubgraphConnection => {
  const refuse = (): never => {
    throw new SubgraphUnavailableError(name, 'it is not active for this tenant');
  };
  return { name, unavailableCode: 'PLUGIN_UNAVAILABLE', request: async () => refuse(), subscribe: refuse };
};
