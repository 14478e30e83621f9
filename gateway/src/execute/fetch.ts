import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema, isObjectType } from 'graphql';
import { ask, type WrittenOperation } from './ask.ts';
import { reportUnavailable, subgraphFailure } from './failure.ts';
import { type FetchPath, placesAt, withoutLists } from './path.ts';
import { compileRepresentation } from './representation.ts';
import { isResultObject, mergeInto, type ResultObject } from './result-object.ts';
import { compileRewrites } from './rewrite.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer } from './subgraph-connection.ts';
import { type Variables, variablePicker } from './variables.ts';

/** One call of one subgraph, on behalf of the objects it adds to. Never rejects: what fails becomes an error of the run. */
export type Fetch = (run: Run, targets: readonly ResultObject[]) => Promise<void>;

export const compileFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath): Fetch =>
  node.requires ? entityFetch(schema, node, path) : rootFetch(schema, node, path);

/** Fields of a root type: one answer for every target. */
const rootFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath): Fetch => {
  const write = compileRootOperation(node);
  const take = compileRootAnswer(schema, node, path);
  return async (run, targets) => {
    const answer = await answerOf(run, node.serviceName, path, write(run.variables));
    if (answer) take(run, targets, answer);
  };
};

/** What a fetch of root fields sends. */
export const compileRootOperation = (node: FetchNode): ((variables: Variables) => WrittenOperation) => {
  const pick = variablePicker(node.variableUsages);
  const prefix = bodyPrefix(node.operation);
  return (all) => {
    const variables = pick(all);
    return { query: node.operation, variables, body: `${prefix}${JSON.stringify(variables)}}` };
  };
};

/** What becomes of the answer to a fetch of root fields, or of one event of a subscription. */
export const compileRootAnswer = (schema: GraphQLSchema, node: FetchNode, path: FetchPath = []) => {
  const rewriteOutput = compileRewrites(schema, node.outputRewrites);
  return (run: Run, targets: readonly ResultObject[], { data, errors }: SubgraphAnswer): void => {
    for (const error of errors ?? []) {
      run.errors.push(subgraphFailure(error, node.serviceName, error.path && [...withoutLists(path), ...error.path]));
    }
    if (!isResultObject(data)) return;
    rewriteOutput?.(data);
    if (targets.length > 1) run.sharesObjects = true;
    for (const target of targets) mergeInto(target, data);
  };
};

const bodyPrefix = (query: string): string => `{"query":${JSON.stringify(query)},"variables":`;

/** More fields of entities that other subgraphs found: each distinct representation is sent once. */
const entityFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath): Fetch => {
  const service = node.serviceName;
  const represent = compileRepresentation(schema, node.requires ?? []);
  const rewriteInput = compileRewrites(schema, node.inputRewrites);
  const add = compileEntityMerge(schema, node);
  const pick = variablePicker(node.variableUsages);
  const prefix = bodyPrefix(node.operation);
  if (node.variableUsages?.includes('representations'))
    throw new GraphQLError('No variable of an operation may be called "representations".');

  return async (run, targets) => {
    const representations: ResultObject[] = [];
    const texts: string[] = [];
    const indexes = new Map<string, number>();
    const indexOfTarget = targets.map((target) => {
      const representation = represent(target);
      if (!representation) return -1;
      rewriteInput?.(representation);
      const text = JSON.stringify(representation);
      const known = indexes.get(text);
      if (known !== undefined) return known;
      indexes.set(text, texts.length);
      representations.push(representation);
      return texts.push(text) - 1;
    });
    if (representations.length === 0) return;

    const variables = pick(run.variables);
    const written = JSON.stringify({ ...variables, representations: null }).replace(/null}$/, () => `[${texts.join(',')}]}`);
    const operation = { query: node.operation, variables: { ...variables, representations }, body: `${prefix}${written}}` };
    const answer = await answerOf(run, service, path, operation);
    if (!answer) return;
    reportEntityErrors(run, service, path, answer, (index) => targets.filter((_, target) => indexOfTarget[target] === index));

    const entities = entitiesOf(answer, representations.length);
    if (entities === 'none') return;
    if (entities === 'garbage') {
      reportUnavailable(run, service, withoutLists(path), new Error('The answer holds another number of entities than it was asked for'));
      return;
    }
    if (representations.length < targets.length) run.sharesObjects = true;
    for (const [at, target] of targets.entries()) {
      const entity = entities[indexOfTarget[at] ?? -1];
      if (isResultObject(entity)) add(target, entity);
    }
  };
};

/** Adds what a subgraph knows of an entity. Of an object and its interface, the name of the object is the one that stays. */
const compileEntityMerge = (schema: GraphQLSchema, node: FetchNode): ((target: ResultObject, entity: ResultObject) => void) => {
  const rewriteOutput = compileRewrites(schema, node.outputRewrites);
  const rewritten = new WeakSet<ResultObject>();
  return (target, entity) => {
    if (rewriteOutput && !rewritten.has(entity)) {
      entity.__typename ||= target.__typename;
      rewriteOutput(entity);
      rewritten.add(entity);
    }
    const { __typename: known } = target;
    mergeInto(target, entity);
    // A subgraph with an interface object knows only the interface's name.
    if (known && target.__typename !== known && !isObjectType(schema.getType(String(target.__typename)))) target.__typename = known;
  };
};

const answerOf = async (run: Run, service: string, path: FetchPath, operation: WrittenOperation): Promise<SubgraphAnswer | undefined> => {
  try {
    return await ask(run, service, operation);
  } catch (error) {
    reportUnavailable(run, service, withoutLists(path), error);
    return undefined;
  }
};

const entitiesOf = ({ data }: SubgraphAnswer, expected: number): readonly unknown[] | 'none' | 'garbage' => {
  if (!data) return 'none';
  const { _entities: entities } = data;
  // A null list is what an error inside a `_entities` of another subgraph library may leave.
  if (entities === null) return 'none';
  return Array.isArray(entities) && entities.length === expected ? entities : 'garbage';
};

const reportEntityErrors = (
  run: Run,
  service: string,
  path: FetchPath,
  answer: SubgraphAnswer,
  targetsOf: (index: number) => readonly ResultObject[],
): void => {
  if (!answer.errors || answer.errors.length === 0) return;
  const places = placesAt(run.root, path);
  for (const error of answer.errors) {
    const [, index, ...rest] = error.path ?? [];
    const targets = typeof index === 'number' ? new Set(targetsOf(index)) : new Set<ResultObject>();
    const paths = [...targets].flatMap((target) => places.get(target) ?? []);
    if (paths.length === 0) run.errors.push(subgraphFailure(error, service, withoutLists(path)));
    for (const place of paths) run.errors.push(subgraphFailure(error, service, [...place, ...rest]));
  }
};
