import {
  Supergraph as ComposedSupergraph,
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
} from '@apollo/federation-internals';
import { executeQueryPlan } from '@apollo/gateway/dist/executeQueryPlan.js';
import { buildOperationContext } from '@apollo/gateway/dist/operationContext.js';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type ExecutionResult, type GraphQLSchema, isInterfaceType, Kind } from 'graphql';
import { LRUCache } from 'lru-cache';
import { conditionsOf, decidedOperation, keyUnder } from '../plan/conditions.ts';
import { plannable } from '../plan/planner.ts';
import type { PlannableOperation } from '../plan/supergraph.ts';
import { pickOperation } from './planned-operation.ts';
import type { Connections, ExecutionRequest } from './run.ts';
import type { SubgraphAnswer } from './subgraph-connection.ts';
import type { Variables } from './variables.ts';

const maxPlans = 1_000;

/**
 * Apollo's own planner and executor on our connections: what ours are compared with, and what can be fallen back to. Of the planner's faults
 * only what it makes of conditions is repaired: they are decided before it sees an operation.
 */
export const createStockExecutor = (sdl: string) => {
  const composed = ComposedSupergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const planner = new QueryPlanner(composed);
  const supergraphSchema = composed.schema.toGraphQLJSSchema();
  const schema = composed.apiSchema().toGraphQLJSSchema();
  const plans = new LRUCache<string, QueryPlan>({ max: maxPlans });

  const planOf = ({ key: text, document, operationName }: PlannableOperation, variables: Variables): QueryPlan => {
    const picked = pickOperation(schema, document, operationName);
    const conditions = conditionsOf(document, picked.definition, variables);
    const key = keyUnder(text, conditions);
    const known = plans.get(key);
    if (known) return known;
    const { definition, fragments } = decidedOperation(picked, conditions);
    const definitions = [plannable(definition, fragments)];
    const operation = operationFromDocument(composed.apiSchema(), { kind: Kind.DOCUMENT, definitions }, { validate: false });
    const plan = planner.buildQueryPlan(operation);
    plans.set(key, plan);
    return plan;
  };

  return async (operation: PlannableOperation, { variables, caller }: ExecutionRequest, connections: Connections) => {
    const services = new Proxy<Record<string, { process(options: StockRequest): Promise<unknown> }>>(
      {},
      {
        get: (_, name) => ({
          process: async ({ request }: StockRequest) =>
            withoutInterfaces(schema, await connections(String(name)).request({ ...request }, caller)),
        }),
      },
    );
    const { document: operationDocument, operationName } = operation;
    const context = buildOperationContext({ schema, operationDocument, operationName });
    const plan = planOf(operation, variables ?? {});
    const request = { request: { variables: variables ?? {} }, metrics: {}, logger: console };
    // @ts-expect-error the stock executor wants a whole request context, and reads only the variables of it
    const result = await executeQueryPlan(plan, services, request, context, supergraphSchema, composed.apiSchema());
    return result as ExecutionResult;
  };
};

// The stock executor lets a subgraph with an interface object rename a `Book` to `Media`, and then finds none of its fields.
const withoutInterfaces = (schema: GraphQLSchema, answer: SubgraphAnswer): SubgraphAnswer => {
  const entities = answer.data?._entities;
  for (const entity of Array.isArray(entities) ? entities : []) {
    if (isInterfaceType(schema.getType(entity?.__typename))) delete entity.__typename;
  }
  return answer;
};

interface StockRequest {
  readonly request: { readonly query: string; readonly variables: Record<string, unknown> };
}
