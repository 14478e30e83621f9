import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { readableAnswer } from './ask.ts';
import { compileRootAnswer, compileRootOperation } from './root-fetch.ts';
import type { Connections, ExecutionRequest, Run } from './run.ts';
import type { SubgraphAnswer } from './subgraph-connection.ts';

/** The events of a subscription at the subgraph that owns its field. */
export interface Stream {
  readonly service: string;
  open(request: ExecutionRequest, connections: Connections): AsyncIterable<SubgraphAnswer>;
  /** Puts one event into a run of its own. */
  take(run: Run, event: SubgraphAnswer): void;
}

export const compileStream = (schema: GraphQLSchema, node: FetchNode): Stream => {
  const write = compileRootOperation(node);
  const take = compileRootAnswer(schema, node);
  return {
    service: node.serviceName,
    open: (request, connections) => connections(node.serviceName).subscribe(write(request.variables ?? {}), request.caller),
    take: (run, event) => take(run, [run.root], readableAnswer(event)),
  };
};
