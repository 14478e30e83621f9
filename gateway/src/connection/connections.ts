import type { SigningKeys } from '@plexica/foundation';
import type { Dispatcher } from 'undici';
import type { TenantRecord } from '../directory/directory.ts';
import type { Connections } from '../execute/run.ts';
import { type SubgraphConnection, SubgraphUnavailableError } from '../execute/subgraph-connection.ts';
import type { SubgraphCallOutcome } from '../telemetry/metrics.ts';
import { type CoreSubgraph, connectCore } from './core-connections.ts';
import { createInternalTokens } from './internal-tokens.ts';
import { createPluginConnections } from './plugin-connections.ts';

export interface ConnectionOptions {
  readonly core: readonly CoreSubgraph[];
  readonly keys: SigningKeys;
  /** Carry the calls to plugins, and judge their addresses. A stream holds its socket for long, so streams have their own. */
  readonly dispatchers: { readonly requests: Dispatcher; readonly streams: Dispatcher };
  /** For a plugin to answer. */
  readonly timeoutMs?: number;
  /** For a part of the core, which waits for databases and other services itself. */
  readonly coreTimeoutMs?: number;
  readonly responseBytes?: number;
  readonly observe?: (outcome: SubgraphCallOutcome) => void;
}

/** The subgraphs a tenant's request may reach: the core, and its active plugins, each behind a breaker of its own. */
export const createConnections = ({
  core,
  keys,
  dispatchers,
  timeoutMs = 5_000,
  coreTimeoutMs = 30_000,
  responseBytes = 5_000_000,
  observe = () => {},
}: ConnectionOptions) => {
  const mint = createInternalTokens(keys);
  const limits = { timeoutMs, maxResponseBytes: responseBytes };
  const own = connectCore(core, { mint, limits: { ...limits, timeoutMs: coreTimeoutMs }, observe });
  const pluginOf = createPluginConnections({ dispatchers, mint, limits, observe });
  return {
    of:
      (tenant: TenantRecord | undefined): Connections =>
      (name) =>
        own.connections.get(name) ?? (tenant && pluginOf(tenant, name)) ?? absent(name),
    close: own.close,
  };
};

// Switched off between the choice of the plugin set and the call.
const absent = (name: string): SubgraphConnection => {
  const refuse = (): never => {
    throw new SubgraphUnavailableError(name, 'it is not active for this tenant');
  };
  return { name, unavailableCode: 'PLUGIN_UNAVAILABLE', request: async () => refuse(), subscribe: refuse };
};
