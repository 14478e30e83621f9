import type { GraphQLSchema } from 'graphql';
import { ask, operationWriter } from './ask.ts';
import type { EntityQuestion } from './entity-fetch.ts';
import { type Asker, compileEntityMerge } from './entity-merge.ts';
import { combineEntityQueries, type EntityOperation } from './entity-operation.ts';
import { reportUnavailable, subgraphFailure } from './failure.ts';
import { type FetchPath, placesAt, type ResponsePath, withoutLists } from './path.ts';
import type { ResultObject } from './result-object.ts';
import type { Run } from './run.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph-connection.ts';

/** Sends questions to one subgraph in one call, and adds what it answers to their targets. Never rejects. */
export type EntityRequest = (run: Run, questions: readonly EntityQuestion[]) => Promise<void>;

/** Questions of the same text: their entities are asked for in one list. */
interface Part {
  readonly query: string;
  readonly representations: ResultObject[];
  readonly askers: Asker[];
}

/** A group of fetches is nearly always complete, but whoever comes late makes another operation of it. */
const maxOperations = 64;

export const createEntityRequest = (schema: GraphQLSchema): EntityRequest => {
  const operations = new Map<string, EntityOperation & { readonly write: ReturnType<typeof operationWriter> }>();
  const operationOf = (parts: readonly Part[]) => {
    const queries = parts.map(({ query }) => query);
    const key = queries.join('\n');
    const known = operations.get(key);
    if (known) return known;
    const combined = combineEntityQueries(queries);
    const operation = { ...combined, write: operationWriter(combined.query) };
    if (operations.size >= maxOperations) operations.clear();
    operations.set(key, operation);
    return operation;
  };
  const merge = compileEntityMerge(schema);

  return async (run, questions) => {
    const [first] = questions;
    if (!first) return;
    const { service, path } = first.fetch;
    const parts = partsOf(questions);
    const operation = operationOf(parts);
    const answer = await ask(run, service, path, operation.write(variablesOf(run, questions, parts, operation)));
    if (!answer) return;
    reportErrors(run, service, parts, operation, answer);
    if (!answer.data) return;
    for (const [index, part] of parts.entries()) {
      const entities = answer.data[operation.parts[index]?.alias ?? ''];
      // A subgraph may null the list that failed to resolve as a whole.
      if (entities === null) continue;
      if (Array.isArray(entities) && entities.length === part.representations.length) merge(run, part.askers, entities);
      else reportUnavailable(run, service, withoutLists(path), new Error('It answered another number of entities than it was asked for'));
    }
  };
};

const partsOf = (questions: readonly EntityQuestion[]): readonly Part[] => {
  const parts = new Map<string, Part & { readonly known: Map<string, number> }>();
  for (const question of questions) {
    const { query } = question.fetch;
    const part = parts.get(query);
    if (!part) {
      const positions = question.representations.map((_, index) => index);
      parts.set(query, { query, representations: [...question.representations], askers: [{ question, positions }], known: new Map() });
      continue;
    }
    if (part.known.size === 0) for (const [index, each] of part.representations.entries()) part.known.set(JSON.stringify(each), index);
    const positions = question.representations.map((representation) => {
      const text = JSON.stringify(representation);
      const position = part.known.get(text) ?? part.representations.push(representation) - 1;
      part.known.set(text, position);
      return position;
    });
    part.askers.push({ question, positions });
  }
  return [...parts.values()];
};

const variablesOf = (run: Run, questions: readonly EntityQuestion[], parts: readonly Part[], operation: EntityOperation) => {
  const variables: Record<string, unknown> = {};
  for (const { fetch } of questions) {
    for (const name of fetch.variableNames) {
      if (Object.hasOwn(run.variables, name) && run.variables[name] !== undefined) variables[name] = run.variables[name];
    }
  }
  for (const [index, part] of parts.entries()) variables[operation.parts[index]?.variable ?? ''] = part.representations;
  return variables;
};

const reportErrors = (run: Run, service: string, parts: readonly Part[], operation: EntityOperation, { errors }: SubgraphAnswer): void => {
  if (!errors || errors.length === 0) return;
  const places = new Map<FetchPath, ReturnType<typeof placesAt>>();
  const placesOf = ({ question }: Asker) => {
    const { path } = question.fetch;
    const known = places.get(path) ?? placesAt(run.root, path);
    places.set(path, known);
    return known;
  };
  for (const error of errors) {
    const index = operation.parts.findIndex(({ alias }) => alias === error.path?.[0]);
    const askers = parts[index]?.askers ?? parts.flatMap((part) => part.askers);
    const paths = askers.flatMap((asker) => pathsOf(error, asker, placesOf(asker)));
    const known = paths.length > 0 ? paths : unique(askers.map(({ question }) => withoutLists(question.fetch.path)));
    for (const path of known) run.errors.push(subgraphFailure(error, service, path));
  }
};

/** Every place in the answer at which the entity of an error stands. */
const pathsOf = (error: SubgraphError, { question, positions }: Asker, places: ReturnType<typeof placesAt>): ResponsePath[] => {
  const [, position, ...rest] = error.path ?? [];
  if (typeof position !== 'number') return [];
  const targets = question.targets.filter((_, target) => positions[question.indexOfTarget[target] ?? -1] === position);
  return [...new Set(targets)].flatMap((target) => places.get(target) ?? []).map((place) => [...place, ...rest]);
};

const unique = (paths: readonly ResponsePath[]): readonly ResponsePath[] => [
  ...new Map(paths.map((path) => [path.join('.'), path])).values(),
];
