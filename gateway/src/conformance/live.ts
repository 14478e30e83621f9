import type { ExecutionResult } from 'graphql';
import { allOf } from '../execute/test/all-of.ts';
import { aCaller, type Composed, type SubgraphSource } from '../execute/test/composed.ts';
import type { PlannableOperation } from '../plan/supergraph.ts';
import { subscribe } from '../subscribe/subscribe.ts';
import { reader, subgraphOf, type World } from './world.ts';

/** A subgraph whose subscriptions tell how things stand, once. */
export const liveSubgraphOf = (typeDefs: string, world: World): SubgraphSource => {
  const source = subgraphOf(typeDefs, world);
  const once = async function* () {
    yield {};
  };
  const fields = Object.keys(source.resolvers.Subscription ?? {});
  const Subscription = Object.fromEntries(fields.map((name) => [name, { subscribe: once, resolve: reader(world) }]));
  return { ...source, resolvers: { ...source.resolvers, Subscription } };
};

/** Every event of a subscription. */
export const eventsOf = async (
  { supergraph, connections }: Composed,
  operation: PlannableOperation,
): Promise<readonly ExecutionResult[]> => {
  const { variables } = operation;
  const plan = await supergraph.plan(operation);
  return allOf(subscribe({ plan, request: { caller: aCaller(), variables }, connections }));
};
