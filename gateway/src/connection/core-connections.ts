import type { Subgraph } from '@plexica/plugin-kit';
import { createHttpConnection, type HttpConnection } from '../execute/http-connection.ts';
import { createInProcessConnection } from '../execute/in-process-connection.ts';
import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import type { InternalTokens } from './internal-tokens.ts';
import { type ObserveCall, observed } from './observed.ts';
import { withRetries } from './retries.ts';

/** A part of the core: in this process, or where it runs as a process of its own. */
export type CoreSubgraph = Subgraph | RemoteSubgraph;

export interface RemoteSubgraph {
  readonly name: string;
  /** Its GraphQL endpoint. The operator's word, so no address is out of bounds. */
  readonly url: string;
}

interface CoreConnectionDeps {
  readonly mint: InternalTokens;
  readonly limits: { readonly timeoutMs: number; readonly maxResponseBytes: number };
  readonly observe: ObserveCall;
}

/** In process the claims are handed over; over HTTP they travel as an internal token for that subgraph. */
export const connectCore = (core: readonly CoreSubgraph[], { mint, limits, observe }: CoreConnectionDeps) => {
  const remote: HttpConnection[] = [];
  const connections = new Map<string, SubgraphConnection>();
  for (const subgraph of core) {
    if ('schema' in subgraph) {
      connections.set(subgraph.name, observed(createInProcessConnection(subgraph, limits), observe));
      continue;
    }
    const { name, url } = subgraph;
    const connection = createHttpConnection({
      name,
      url,
      token: (claims) => mint(name, claims),
      unavailableCode: 'SERVICE_UNAVAILABLE',
      ...limits,
    });
    remote.push(connection);
    connections.set(name, withRetries(observed(connection, observe)));
  }
  return { connections, close: async () => void (await Promise.all(remote.map((connection) => connection.close()))) };
};
