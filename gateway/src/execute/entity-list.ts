import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { EntityQuestion } from './entity-fetch.ts';
import { compileEntityKey, compileSingleKey, entriesOf } from './entity-key.ts';
import { compileRepresentation, isRounded, rounded } from './representation.ts';
import type { ResultObject } from './result-object.ts';
import { compileRewrites } from './rewrite.ts';

/** One list of entities that a call asks for, on behalf of one fetch or several: each distinct entity stands in it once. */
export interface EntityList {
  readonly query: string;
  readonly representations: readonly ResultObject[];
  /** Of everybody who asks by this list. */
  readonly questions: EntityQuestion[];
  /** Set once a target was left out that an integer tells which JSON has rounded: it is that of another entity. */
  rounded: boolean;
  /** For each target the place of its representation, or -1 where it has none. */
  placesOf(targets: readonly ResultObject[]): number[];
}

/** Compiles how a fetch represents entities; what is compiled starts an empty list. */
export const compileEntityList = (schema: GraphQLSchema, { operation, requires = [], inputRewrites }: FetchNode): (() => EntityList) => {
  const represent = compileRepresentation(schema, requires);
  const keyOf = compileEntityKey(schema, requires);
  const singleOf = compileSingleKey(schema, requires);
  const rewrite = compileRewrites(schema, inputRewrites);

  return () => {
    const representations: ResultObject[] = [];
    const add = (representation: ReturnType<typeof represent>): number => {
      if (representation === rounded) list.rounded = true;
      if (!representation || representation === rounded) return -1;
      rewrite?.(representation);
      return representations.push(representation) - 1;
    };
    const byType = new Map<string, Map<unknown, number>>();
    const byKey = new Map<string, number>();

    const placesOf = (targets: readonly ResultObject[]): number[] => {
      const places = new Array<number>(targets.length);
      let type: unknown;
      let single: string | undefined;
      let ofType = new Map<unknown, number>();
      for (let at = 0; at < targets.length; at += 1) {
        const target = targets[at] as ResultObject;
        const typename = target.__typename;
        if (typename !== type) {
          type = typename;
          single = typeof typename === 'string' ? singleOf(typename) : undefined;
          if (single !== undefined) ofType = entriesOf(byType, String(typename));
        }
        const value = single === undefined ? undefined : target[single];
        let place: number | undefined;
        if (isRounded(value)) place = add(rounded);
        else if (single !== undefined && (typeof value === 'string' || typeof value === 'number')) {
          place = ofType.get(value);
          if (place === undefined) {
            place = add({ __typename: typename, [single]: value });
            ofType.set(value, place);
          }
        } else {
          const key = keyOf(target);
          place = byKey.get(key);
          if (place === undefined) {
            place = add(represent(target));
            byKey.set(key, place);
          }
        }
        places[at] = place;
      }
      return places;
    };
    const list: EntityList = { query: operation, representations, questions: [], rounded: false, placesOf };
    return list;
  };
};
