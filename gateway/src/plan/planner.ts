import { type Supergraph as ComposedSupergraph, Operation, operationFromDocument } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import { needsSubgraph } from './needs-subgraph.ts';
import { withoutNeverIncluded } from './never-included.ts';

/** Asynchronous although the planner isn't: it may move to a thread of its own. */
export type BuildPlan = (operation: PlannedOperation) => Promise<QueryPlan>;

/** One planner per supergraph, built when first needed: it takes 30 to 750 ms. */
export const createPlanner = (supergraph: ComposedSupergraph): BuildPlan => {
  let planner: QueryPlanner | undefined;
  const apiSchema = supergraph.apiSchema();

  return async ({ definition, fragments }) => {
    const operation = operationFromDocument(apiSchema, plannableDocument(definition, fragments), { validate: false });
    if (operation.rootKind === 'subscription' && !needsSubgraph(definition, fragments)) {
      throw new GraphQLError('A subscription must select a field of a subgraph.');
    }
    planner ??= new QueryPlanner(supergraph);
    const plan = planner.buildQueryPlan(anonymous(operation));
    if (!plan.node && needsSubgraph(definition, fragments)) {
      throw new GraphQLError('No subgraph can answer this operation.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
    }
    return plan;
  };
};

/** The operation as the planner should see it, which isn't always as the client wrote it. */
export const plannableDocument = (
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [definition, ...fragments.values()].map((each) => withoutNeverIncluded(each, fragments)),
});

// Without a name, equal questions to a subgraph are equal texts: it parses them once, and one request asks them once.
const anonymous = (operation: Operation): Operation =>
  new Operation(
    operation.schema(),
    operation.rootKind,
    operation.selectionSet,
    operation.variableDefinitions,
    operation.fragments,
    undefined,
    operation.appliedDirectives,
  );
