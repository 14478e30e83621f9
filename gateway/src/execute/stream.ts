import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { readableAnswer } from './ask.ts';
import { compileRootAnswer, compileRootOperation } from './root-fetch.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphOperation } from './subgraph-connection.ts';
import type { Variables } from './variables.ts';

/** The events of a subscription at the subgraph that owns its field. */
export interface Stream {
  readonly service: string;
  /** What asks for them. */
  write(variables: Variables): SubgraphOperation;
  /** Puts one event into a run of its own. */
  take(run: Run, event: SubgraphAnswer): void;
}

export const compileStream = (schema: GraphQLSchema, node: FetchNode): Stream => {
  const take = compileRootAnswer(schema, node);
  return {
    service: node.serviceName,
    write: compileRootOperation(node),
    take: (run, event) => take(run, [run.root], readableAnswer(event)),
  };
};
