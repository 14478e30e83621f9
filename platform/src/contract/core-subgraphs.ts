import { createIdentitySubgraph } from '@plexica/identity';
import type { Subgraph } from '@plexica/plugin-kit';
import { createPlugins } from '@plexica/plugins';
import { createTenancySubgraph } from '@plexica/tenancy';

/** The core subgraphs for their schema alone: assembly does no I/O, so nothing behind them is needed. */
export const coreSubgraphs = (): readonly Subgraph[] => {
  const nothing: unknown = new Proxy(() => nothing, { get: () => nothing });
  const deps = nothing as never;
  return [createTenancySubgraph(deps), createIdentitySubgraph(deps), createPlugins({ database: deps } as never).subgraph];
};
