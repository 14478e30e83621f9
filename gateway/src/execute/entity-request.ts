import type { GraphQLSchema } from 'graphql';
import { ask, operationWriter } from './ask.ts';
import type { EntityQuestion } from './entity-fetch.ts';
import type { EntityList } from './entity-list.ts';
import { compileEntityMerge, type EntityMergeOptions } from './entity-merge.ts';
import { combineEntityQueries, type EntityOperation } from './entity-operation.ts';
import { reportUnavailable, roomForErrors, subgraphFailure, tellOnce } from './failure.ts';
import { type FetchPath, type ResponsePath, withoutLists } from './fetch-path.ts';
import { placesAt } from './path.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph-connection.ts';

/** Asks one subgraph for the entities of some lists in one call, and adds what it answers to the targets. Never rejects. */
export type EntityRequest = (run: Run, lists: readonly EntityList[]) => Promise<void>;

/** A group of fetches is nearly always complete, but whoever comes late makes another operation of it. */
const maxOperations = 64;

export const createEntityRequest = (schema: GraphQLSchema, options: EntityMergeOptions): EntityRequest => {
  const operations = new Map<string, EntityOperation & { readonly write: ReturnType<typeof operationWriter> }>();
  const operationOf = (lists: readonly EntityList[]) => {
    const queries = lists.map(({ query }) => query);
    const key = queries.join('\n');
    const known = operations.get(key);
    if (known) return known;
    const combined = combineEntityQueries(queries);
    const operation = { ...combined, write: operationWriter(combined.query) };
    if (operations.size >= maxOperations) operations.clear();
    operations.set(key, operation);
    return operation;
  };
  const merge = compileEntityMerge(schema, options);

  return async (run, lists) => {
    const [first] = lists[0]?.questions ?? [];
    if (!first) return;
    const { service, path } = first.fetch;
    const operation = operationOf(lists);
    const answer = await ask(run, service, path, operation.write(variablesOf(run, lists, operation)));
    if (!answer) return;
    reportErrors(run, service, lists, operation, answer);
    if (!answer.data) return;
    for (const [index, { questions, representations }] of lists.entries()) {
      const entities = answer.data[operation.parts[index]?.alias ?? ''];
      // A subgraph may null the list that failed to resolve as a whole.
      if (entities === null) continue;
      if (Array.isArray(entities) && entities.length === representations.length) merge(run, questions, entities);
      else reportUnavailable(run, service, withoutLists(path), new Error('It answered another number of entities than it was asked for'));
    }
  };
};

const variablesOf = (run: Run, lists: readonly EntityList[], operation: EntityOperation) => {
  const variables: Record<string, unknown> = {};
  for (const [index, { questions, representations }] of lists.entries()) {
    for (const { fetch } of questions) {
      for (const name of fetch.variableNames) {
        if (Object.hasOwn(run.variables, name) && run.variables[name] !== undefined) variables[name] = run.variables[name];
      }
    }
    variables[operation.parts[index]?.variable ?? ''] = representations;
  }
  return variables;
};

const reportErrors = (
  run: Run,
  service: string,
  lists: readonly EntityList[],
  operation: EntityOperation,
  { errors }: SubgraphAnswer,
): void => {
  if (!errors || errors.length === 0) return;
  const places = new Map<FetchPath, ReturnType<typeof placesAt>>();
  const placesOf = ({ fetch: { path } }: EntityQuestion) => {
    const known = places.get(path) ?? placesAt(run.root, path);
    places.set(path, known);
    return known;
  };
  for (const error of errors) {
    const room = roomForErrors(run);
    if (room === 0) return;
    const index = operation.parts.findIndex(({ alias }) => alias === error.path?.[0]);
    const questions = lists[index]?.questions ?? lists.flatMap((list) => list.questions);
    const paths = questions.flatMap((question) => pathsOf(error, question, placesOf(question)));
    const known = paths.length > 0 ? paths : unique(questions.map(({ fetch }) => withoutLists(fetch.path)));
    const asked = representationOf(error, lists[index]) ?? operation;
    // Fetches that ask by one list may mean one place.
    for (const path of unique(known.slice(0, room))) tellOnce(run, subgraphFailure(error, service, path), asked);
  }
};

/** Of the entity that failed. */
const representationOf = ({ path }: SubgraphError, list: EntityList | undefined): object | undefined =>
  typeof path?.[1] === 'number' ? list?.representations[path[1]] : undefined;

/** Every place in the answer at which the entity of an error stands. */
const pathsOf = (error: SubgraphError, question: EntityQuestion, places: ReturnType<typeof placesAt>): ResponsePath[] => {
  const [, position, ...rest] = error.path ?? [];
  if (typeof position !== 'number') return [];
  const below = question.fetch.rewritePath(rest);
  const targets = question.targets.filter((_, at) => question.places[at] === position);
  return [...new Set(targets)].flatMap((target) => places.get(target) ?? []).map((place) => [...place, ...below]);
};

const unique = (paths: readonly ResponsePath[]): readonly ResponsePath[] => [
  ...new Map(paths.map((path) => [path.join('.'), path])).values(),
];
