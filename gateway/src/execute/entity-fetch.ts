import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { compileEntityList, type EntityList } from './entity-list.ts';
import type { FetchPath } from './fetch-path.ts';
import type { ResultObject } from './result-object.ts';
import { compilePathRewrite, compileRewrites, type Rewrite } from './rewrite.ts';

/** A fetch of more fields of entities that other subgraphs found, compiled. */
export interface EntityFetch {
  readonly service: string;
  readonly query: string;
  readonly path: FetchPath;
  readonly variableNames: readonly string[];
  readonly rewriteOutput: Rewrite | undefined;
  readonly rewritePath: ReturnType<typeof compilePathRewrite>;
  /** Equal for fetches that ask the same of entities and represent them alike: they may ask by one list. */
  readonly listKey: string;
  startList(): EntityList;
}

/** What one fetch wants to know in one run. */
export interface EntityQuestion {
  readonly fetch: EntityFetch;
  readonly targets: readonly ResultObject[];
  /** For each target the place of its representation in the list, or -1 where it has none. */
  readonly places: readonly number[];
}

const reservedName = (): GraphQLError =>
  new GraphQLError('No variable of an operation may be called "representations".', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });

export const compileEntityFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath): EntityFetch => {
  const variableNames = node.variableUsages ?? [];
  if (variableNames.includes('representations')) throw reservedName();
  return {
    service: node.serviceName,
    query: node.operation,
    path,
    variableNames,
    rewriteOutput: compileRewrites(schema, node.outputRewrites),
    rewritePath: compilePathRewrite(node.outputRewrites),
    listKey: JSON.stringify([node.operation, node.requires, node.inputRewrites]),
    startList: compileEntityList(schema, node),
  };
};

/** Asks on behalf of these objects; undefined where none of them can be asked about. */
export const askBy = (list: EntityList, fetch: EntityFetch, targets: readonly ResultObject[]): EntityQuestion | undefined => {
  const places = list.placesOf(targets);
  if (!places.some((place) => place >= 0)) return undefined;
  const question = { fetch, targets, places };
  list.questions.push(question);
  return question;
};
