import { Supergraph as ComposedSupergraph, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type PlannedOperation, pickOperation } from '../execute/planned-operation.ts';
import type { Variables } from '../execute/variables.ts';
import { type CompiledPlan, compilePlan } from './compiled-plan.ts';
import { type Conditions, conditionsOf, decided } from './conditions.ts';
import { createPlanner } from './planner.ts';
import { plannersNames, requiredNames } from './required-names.ts';
import { plannableSupergraph } from './supergraph-document.ts';

/** One plugin set's API: its schemas, and the plans of the operations asked of it. */
export interface Supergraph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** Everything, with the directives on its fields, for authorization. */
  readonly schema: GraphQLSchema;
  /** The plan of a validated operation, made once per key. Rejects with a `GraphQLError` where the operation can't be planned. */
  plan(operation: PlannableOperation): Promise<CompiledPlan>;
}

export interface PlannableOperation {
  /** Tells operations apart: hash of the text, operation name, and whatever authorization removed. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName?: string;
  /** As the client sent them: conditions are decided before an operation is planned. */
  readonly variables?: Variables | null;
}

// What the router enforces and stock gateways refuse, less what our executor doesn't do.
const unsupported = ['https://specs.apollo.dev/context/', 'https://specs.apollo.dev/connect/', 'https://specs.apollo.dev/cacheTag/'];
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter((feature) => !unsupported.some((prefix) => feature.startsWith(prefix))),
);

const maxPlans = 1_000;

/** Loads a composed supergraph. The planner, the costly part, is built when the first operation needs it. */
export const createSupergraph = (sdl: string): Supergraph => {
  const composed = ComposedSupergraph.build(plannableSupergraph(sdl), { supportedFeatures });
  const schema = composed.schema.toGraphQLJSSchema();
  const apiSchema = composed.apiSchema().toGraphQLJSSchema();
  const names = plannersNames(schema);
  const buildPlan = createPlanner(composed);
  const plans = new LRUCache<string, Promise<CompiledPlan>>({ max: maxPlans });

  const compile = async (picked: PlannedOperation, conditions: Conditions): Promise<CompiledPlan> => {
    const operation = { ...picked, required: requiredNames(names, picked.definition, picked.fragments) };
    const fragments = [...picked.fragments].map(([name, fragment]) => [name, decided(fragment, conditions)] as const);
    const plan = await buildPlan({ ...operation, definition: decided(picked.definition, conditions), fragments: new Map(fragments) });
    return compilePlan(schema, operation, plan);
  };

  return {
    sdl,
    apiSchema,
    schema,
    async plan({ key: text, document, operationName, variables }) {
      const picked = pickOperation(apiSchema, document, operationName);
      const conditions = conditionsOf(document, picked.definition, variables ?? {});
      const key = conditions.size === 0 ? text : `${text}|${[...conditions.values()].map(Number).join('')}`;
      const known = plans.get(key);
      if (known) return known;
      const plan = compile(picked, conditions);
      plans.set(key, plan);
      plan.catch(() => plans.delete(key));
      return plan;
    },
  };
};
