import type { QueryPlan } from '@apollo/query-planner';
import { buildASTSchema, buildSchema, type DocumentNode, GraphQLError, type GraphQLSchema, parse, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fetchesOf } from '../execute/placed-fetch.ts';
import { type PlannedOperation, pickOperation } from '../execute/planned-operation.ts';
import type { Variables } from '../execute/variables.ts';
import { type CompiledPlan, compilePlan } from './compiled-plan.ts';
import { readSupergraph } from './composed-supergraph.ts';
import { type Conditions, conditionsOf, decidedOperation, keyUnder } from './conditions.ts';
import { type BuildPlan, createPlanner } from './planner.ts';
import type { PlannerThread } from './planner-thread.ts';
import { plannersNames, requiredNames } from './required-names.ts';
import type { createSlimming } from './slim-schema.ts';
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
  /** Makes ready for operations over this subgraph before one is asked. */
  prepare(subgraph: string): Promise<void>;
}

export interface PlannableOperation {
  /** Tells operations apart: hash of the text, operation name, and whatever authorization removed. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly operationName?: string;
  /** As the client sent them: conditions are decided before an operation is planned. */
  readonly variables?: Variables | null;
  /** Who asks, where it has yet to be planned. */
  readonly caller?: () => string;
  /** Whether its plan is kept, at the cost of others; it is when absent. */
  readonly keeps?: boolean;
}

const maxPlans = 1_000;
/** Of their texts, and of what they ask: each takes a hundred bytes at worst. */
const maxCharacters = 1_000_000;
/** What can't be planned within its limits took long to find out. */
const refusedForMs = 60_000;

/** Loads a composed supergraph. The planner, the costly part, is built when the first operation needs it. */
export const createSupergraph = (sdl: string): Supergraph => {
  const composed = readSupergraph(plannableSupergraph(sdl));
  const schema = composed.schema.toGraphQLJSSchema();
  const prepare = async () => {};
  return planned({ sdl, schema, apiSchema: composed.apiSchema().toGraphQLJSSchema(), prepare }, createPlanner(composed));
};

export interface ThreadOptions {
  readonly thread: PlannerThread;
  /** Subgraphs that every set has. */
  readonly core: readonly string[];
  /** Makes schemas small, what they have in common kept once. */
  readonly slim: ReturnType<typeof createSlimming>;
}

// Composition has checked it.
const trusted = { noLocation: true, assumeValid: true, assumeValidSDL: true };

/** The same, read and planned in a thread that all supergraphs share: this one holds schemas and plans alone. */
export const loadSupergraph = async (sdl: string, { thread, core, slim }: ThreadOptions): Promise<Supergraph> => {
  const apiSchema = slim(buildSchema(await thread.apiSdl(sdl), trusted));
  // Reading two schemas at once would block this thread twice as long.
  await new Promise(setImmediate);
  const schema = slim(buildASTSchema(parse(sdl, { noLocation: true }), trusted));
  const prepare = (subgraph: string) => thread.prepare({ sdl, core, subgraph });
  return planned({ sdl, schema, apiSchema, prepare }, ({ definition, fragments, required = [] }, caller) =>
    thread.plan({ sdl, core, text: [definition, ...fragments.values()].map(print).join('\n'), required: [...required] }, caller),
  );
};

const isTooCostly = (error: unknown): boolean => error instanceof GraphQLError && error.extensions.code === 'COST_EXCEEDED';

const planned = ({ apiSchema, schema, ...given }: Omit<Supergraph, 'plan'>, buildPlan: BuildPlan): Supergraph => {
  const names = plannersNames(schema);
  const plans = new LRUCache<string, Promise<CompiledPlan>>({ max: maxPlans, maxSize: maxCharacters });

  const compile = async (picked: PlannedOperation, conditions: Conditions, caller: string | undefined): Promise<Compiled> => {
    const operation = { ...picked, required: requiredNames(names, picked.definition, picked.fragments) };
    const made = await buildPlan(decidedOperation(operation, conditions), caller);
    return { plan: compilePlan(schema, operation, made), size: sizeOf(operation, made) };
  };

  return {
    ...given,
    apiSchema,
    schema,
    async plan({ key: text, document, operationName, variables, caller, keeps = true }) {
      const picked = pickOperation(apiSchema, document, operationName);
      const conditions = conditionsOf(document, picked.definition, variables ?? {});
      const key = keyUnder(text, conditions);
      const known = plans.get(key);
      if (known) return known;
      const compiled = compile(picked, conditions, caller?.());
      const plan = compiled.then((made) => made.plan);
      plans.set(key, plan, { size: 1 });
      compiled.then(
        // A promise of its own: of a value that it has already the cache takes no new size.
        ({ plan: made, size }) => {
          if (plans.peek(key) !== plan) return;
          if (keeps) plans.set(key, Promise.resolve(made), { size });
          else plans.delete(key);
        },
        (error: unknown) => {
          if (isTooCostly(error)) setTimeout(() => plans.delete(key), refusedForMs).unref();
          else plans.delete(key);
        },
      );
      return plan;
    },
  };
};

interface Compiled {
  readonly plan: CompiledPlan;
  readonly size: number;
}

/** A plan holds the document it is of, whose tokens hold each other. */
const sizeOf = ({ definition }: PlannedOperation, { node }: QueryPlan): number =>
  fetchesOf(node).reduce((sum, { fetch }) => sum + fetch.operation.length, 1 + (definition.loc?.source.body.length ?? 0));
