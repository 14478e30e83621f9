import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { compileEntityKey } from './entity-key.ts';
import type { FetchPath } from './path.ts';
import { compileRepresentation } from './representation.ts';
import type { ResultObject } from './result-object.ts';
import { compileRewrites, type Rewrite } from './rewrite.ts';

/** A fetch of more fields of entities that other subgraphs found, compiled. */
export interface EntityFetch {
  readonly service: string;
  readonly query: string;
  readonly path: FetchPath;
  readonly variableNames: readonly string[];
  readonly rewriteOutput: Rewrite | undefined;
  /** What to ask on behalf of these objects; undefined where none of them can be asked about. */
  gather(targets: readonly ResultObject[]): EntityQuestion | undefined;
}

/** What one fetch wants to know in one run: each distinct entity once. */
export interface EntityQuestion {
  readonly fetch: EntityFetch;
  readonly targets: readonly ResultObject[];
  /** For each target the index of its representation, or -1 where it has none. */
  readonly indexOfTarget: readonly number[];
  readonly representations: readonly ResultObject[];
}

const reservedName = (): GraphQLError =>
  new GraphQLError('No variable of an operation may be called "representations".', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });

export const compileEntityFetch = (schema: GraphQLSchema, node: FetchNode, path: FetchPath): EntityFetch => {
  const requires = node.requires ?? [];
  const represent = compileRepresentation(schema, requires);
  const keyOf = compileEntityKey(schema, requires);
  const rewriteInput = compileRewrites(schema, node.inputRewrites);
  const variableNames = node.variableUsages ?? [];
  if (variableNames.includes('representations')) throw reservedName();

  const fetch: EntityFetch = {
    service: node.serviceName,
    query: node.operation,
    path,
    variableNames,
    rewriteOutput: compileRewrites(schema, node.outputRewrites),
    gather: (targets) => {
      const representations: ResultObject[] = [];
      const indexes = new Map<string, number>();
      const indexOfTarget = targets.map((target) => {
        const key = keyOf(target);
        const known = indexes.get(key);
        if (known !== undefined) return known;
        const representation = represent(target);
        rewriteInput?.(representation);
        const index = representation ? representations.push(representation) - 1 : -1;
        indexes.set(key, index);
        return index;
      });
      return representations.length > 0 ? { fetch, targets, indexOfTarget, representations } : undefined;
    },
  };
  return fetch;
};
