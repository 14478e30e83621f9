import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import { sameForEveryoneTag, showsStateTag } from '@plexica/plugin-kit';
import type { GraphQLSchema } from 'graphql';
import { compileIsAsked, type IsAsked } from '../execute/asked.ts';
import type { ResponsePath } from '../execute/fetch-path.ts';
import { compileIntrospection, type Introspection } from '../execute/introspection.ts';
import { fetchesOf, neededNames } from '../execute/placed-fetch.ts';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import type { ResultObject } from '../execute/result-object.ts';
import { conditionVariables } from '../execute/selection.ts';
import { compileShape, type Shape } from '../execute/shape.ts';
import { compileSteps, type Step } from '../execute/step.ts';
import { compileStream, type Stream } from '../execute/stream.ts';
import { type VariableCheck, variableCheck } from '../execute/variable-check.ts';
import type { Variables } from '../execute/variables.ts';
import { rootFieldTags } from './field-tags.ts';
import { laidOut } from './never-included.ts';
import { clientPath } from './required-names.ts';

/** A plan turned into closures, once; it holds nothing of any request. */
export interface CompiledPlan {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Every subgraph that the plan may call. */
  readonly subgraphs: readonly string[];
  /** What is wrong with the variables of a request; undefined where nothing is. */
  readonly checkVariables: VariableCheck;
  /** What runs for a query or mutation; absent where no subgraph is needed. */
  readonly step?: Step;
  /** What runs for a subscription, in place of `step`. */
  readonly stream?: CompiledStream;
  readonly introspection?: Introspection;
  readonly shape: Shape;
  /** Of one answer. */
  readonly isAsked: (root: ResultObject, variables: Variables) => IsAsked;
  /** For people. */
  readonly text: () => string;
  /** A path in the answers of subgraphs as the client knows it. */
  readonly clientPath?: (path: ResponsePath) => ResponsePath;
}

/** A subscription: events come from one subgraph, the rest of each answer from the others. */
export interface CompiledStream {
  readonly primary: Stream;
  readonly rest?: Step;
  /** Its events, and what its subgraph says with them, are the same for everybody of a tenant with the same rights. */
  readonly sameForEveryone: boolean;
  /** It begins by telling how things stand. */
  readonly showsState: boolean;
}

/** Compiles what the planner made of an operation. */
export const compilePlan = (schema: GraphQLSchema, operation: PlannedOperation, plan: QueryPlan): CompiledPlan => {
  const { node } = plan;
  const { required } = operation;
  const definitions = operation.definition.variableDefinitions ?? [];
  const source = { schema };
  const common = {
    kind: operation.definition.operation,
    subgraphs: [...new Set(fetchesOf(node).map(({ fetch }) => fetch.serviceName))],
    checkVariables: variableCheck(operation.schema, definitions, conditionVariables([laidOut(operation.definition, operation.fragments)])),
    introspection: compileIntrospection(operation.schema, operation.definition, operation.fragments),
    shape: compileShape(operation),
    isAsked: compileIsAsked(operation, neededNames(node)),
    text: () => prettyFormatQueryPlan(plan),
    clientPath: required && required.size > 0 ? (path: ResponsePath) => clientPath(path, required) : undefined,
  };
  if (node?.kind !== 'Subscription') return { ...common, step: node && compileSteps(source, node) };
  const rest = node.rest && compileSteps(source, node.rest, node);
  const tags = rootFieldTags(schema, operation);
  return {
    ...common,
    stream: {
      primary: compileStream(schema, node.primary),
      rest,
      sameForEveryone: tags.has(sameForEveryoneTag),
      showsState: tags.has(showsStateTag),
    },
  };
};
