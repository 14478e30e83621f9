import {
  baseType,
  type Supergraph as ComposedSupergraph,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Operation,
  operationFromDocument,
  possibleRuntimeTypes,
  type Schema,
} from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner, type QueryPlannerConfig } from '@apollo/query-planner';
import { type FragmentDefinitionNode, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import { type InterfaceObjects, interfaceObjectsOf } from './interface-objects.ts';
import { narrowFetches } from './narrow-fetches.ts';
import { withNestedAliases } from './nested-aliases.ts';
import { laidOut } from './never-included.ts';
import { clientPath, withoutRequiredNames } from './required-names.ts';
import { plannedRootFields, rootFields } from './root-fields.ts';
import { inSequence, isOneFetch, rootFieldsApart } from './serial-mutation.ts';
import type { Types } from './wanted-fields.ts';
import { withWideRequirements } from './wide-requirements.ts';

const none: ReadonlySet<string> = new Set();

// Fetch paths tell types: by one name objects of another type may have another field, and its values were mixed up.
// Ways to one field double at every further step through interface objects: what has too many would take all memory there is.
const config: QueryPlannerConfig = { typeConditionedFetching: true, debug: { pathsLimit: 30_000 } };
/** Takes the first way to each field rather than the cheapest. */
const firstWay: QueryPlannerConfig = { ...config, debug: { ...config.debug, maxEvaluatedPlans: 1 } };

/** Asynchronous although the planner isn't: it may move to a thread of its own. */
export type BuildPlan = (operation: PlannedOperation, caller?: string) => Promise<QueryPlan>;

export interface PlannerOptions {
  /** Builds it now rather than when an operation needs it. */
  readonly ahead?: boolean;
}

/** One planner per supergraph, and another for what the first gives up on; each is built when first needed: it takes 30 to 750 ms. */
export const createPlanner = (supergraph: ComposedSupergraph, { ahead = false }: PlannerOptions = {}): BuildPlan => {
  let cheapest = ahead ? new QueryPlanner(supergraph, config) : undefined;
  let first: QueryPlanner | undefined;
  const apiSchema = supergraph.apiSchema();
  const types = typesOf(supergraph.schema);
  let interfaceObjects: InterfaceObjects | undefined;
  const operationOf = (definition: OperationDefinitionNode): Operation =>
    anonymous(operationFromDocument(apiSchema, { kind: Kind.DOCUMENT, definitions: [definition] }, { validate: false }));

  const build = (operation: Operation): QueryPlan => {
    try {
      cheapest ??= new QueryPlanner(supergraph, config);
      return cheapest.buildQueryPlan(operation);
    } catch (error) {
      refuseTooManyWays(error);
      // Weighing one way against another, the planner merges fetches, and may find that each then waits for the other.
      first ??= new QueryPlanner(supergraph, firstWay);
      return first.buildQueryPlan(operation);
    }
  };

  return async ({ definition: asked, fragments, required = none }) => {
    const definition = plannable(asked, fragments, required);
    interfaceObjects ??= interfaceObjectsOf(supergraph);
    const root = supergraph.schema.schemaDefinition.rootType(definition.operation)?.name;
    const wide = withWideRequirements(definition, root, types, interfaceObjects);
    const names = [...rootFields(definition)];
    if (definition.operation === 'subscription' && names.length === 0) {
      throw new GraphQLError('A subscription must select a field of a subgraph.', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    }
    if (names.length === 0) return { kind: 'QueryPlan' };
    const operation = operationOf(wide);
    const whole = build(operation);
    const isSerial = operation.rootKind === 'mutation' && !isOneFetch(whole);
    const plan = isSerial ? inSequence(rootFieldsApart(wide).map((each) => build(operationOf(each)))) : whole;
    const planned = plannedRootFields(plan);
    const unanswered = names.filter((name) => !planned.has(name));
    if (unanswered.length > 0) throw unanswerable(unanswered.map((name) => String(clientPath([name], required)[0])));
    return narrowFetches(withNestedAliases(plan), definition, root, { types, interfaceObjects });
  };
};

/** The operation as the planner should see it, which isn't always as the client wrote it. */
export const plannable = (
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  required: ReadonlySet<string> = none,
): OperationDefinitionNode => withoutRequiredNames(laidOut(definition, fragments), required);

/** Throws what the client is told, unless another planner may do better. */
const refuseTooManyWays = (error: unknown): void => {
  if (!(error instanceof Error)) throw error;
  if (!tooManyWays.test(error.message)) return;
  throw new GraphQLError('Subgraphs can answer the operation in too many ways to plan it. Ask for less at once.', {
    extensions: { code: 'COST_EXCEEDED' },
  });
};
const tooManyWays = /^Too many options generated|non-local selections exceeds limit/;

const typesOf = (schema: Schema): Types => {
  const possible = new Map<string, readonly string[]>();
  const possibleTypes = (name: string): readonly string[] => {
    const known = possible.get(name);
    if (known) return known;
    const type = schema.type(name);
    const names = type && isCompositeType(type) ? possibleRuntimeTypes(type).map((each) => each.name) : [];
    possible.set(name, names);
    return names;
  };
  return {
    isInterface: (name) => schema.type(name)?.kind === 'InterfaceType',
    isOfType: (name, condition) => possibleTypes(condition).includes(name),
    possibleTypes,
    fieldType(parent, field) {
      const type = schema.type(parent);
      const of = type && (isObjectType(type) || isInterfaceType(type)) ? type.field(field)?.type : undefined;
      return of && baseType(of).name;
    },
  };
};

// The planner says nothing about a field that leads nowhere, such as an interface without objects: it plans as if nobody had asked.
const unanswerable = (names: readonly string[]): GraphQLError =>
  new GraphQLError(`No subgraph can answer ${names.join(', ')}.`, { extensions: { code: 'INTERNAL_SERVER_ERROR' } });

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
