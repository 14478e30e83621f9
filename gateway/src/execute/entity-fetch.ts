import type { FetchNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { compileEntityKey, compileSingleKey } from './entity-key.ts';
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
  const distinct = compileDistinct(schema, requires);
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
      const indexOfTarget = distinct(targets, (target) => {
        const representation = represent(target);
        rewriteInput?.(representation);
        return representation ? representations.push(representation) - 1 : -1;
      });
      return representations.length > 0 ? { fetch, targets, indexOfTarget, representations } : undefined;
    },
  };
  return fetch;
};

/** For each target what `first` answered for the first one with the same representation. */
const compileDistinct = (schema: GraphQLSchema, requires: FetchNode['requires'] & {}) => {
  const keyOf = compileEntityKey(schema, requires);
  const singleOf = compileSingleKey(schema, requires);
  return (targets: readonly ResultObject[], first: (target: ResultObject) => number): number[] => {
    const byType = new Map<unknown, Map<unknown, number>>();
    const byKey = new Map<string, number>();
    const indexes = new Array<number>(targets.length);
    let type: unknown;
    let single: string | undefined;
    let ofType = byKey as Map<unknown, number>;
    for (const [at, target] of targets.entries()) {
      const { __typename: typename } = target;
      if (typename !== type && typeof typename === 'string') {
        type = typename;
        single = singleOf(typename);
        ofType = byType.get(typename) ?? new Map();
        byType.set(typename, ofType);
      }
      const value = single === undefined || typename !== type ? undefined : target[single];
      const plain = typeof value === 'string' || typeof value === 'number';
      const known: Map<unknown, number> = plain ? ofType : byKey;
      const key = plain ? value : keyOf(target);
      let index = known.get(key);
      if (index === undefined) {
        index = first(target);
        known.set(key, index);
      }
      indexes[at] = index;
    }
    return indexes;
  };
};
