import { createIdentitySubgraph } from '@plexica/identity';
import type { Subgraph } from '@plexica/plugin-kit';
import { createPluginsSubgraph } from '@plexica/plugins';
import { createTenancySubgraph } from '@plexica/tenancy';

/** The core subgraphs for their schema alone: assembly does no I/O, so nothing behind them is needed. */
export const coreSubgraphs = (): readonly Subgraph[] => {
  const nothing = new Proxy(
    {},
    { get: (_target, name) => (name === 'log' ? { child: () => nothing } : nothing), has: () => true },
  ) as never;
  return [createTenancySubgraph(nothing), createIdentitySubgraph(nothing), createPluginsSubgraph(nothing)];
};
