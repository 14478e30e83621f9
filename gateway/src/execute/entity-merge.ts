import { type GraphQLSchema, isObjectType } from 'graphql';
import { LRUCache } from 'lru-cache';
import { outlineLength, take } from './answer-size.ts';
import type { EntityQuestion } from './entity-fetch.ts';
import { cloneResult, type IsObjectName, isResultObject, mergeInto, type ResultObject } from './result-object.ts';
import type { Rewrite } from './rewrite.ts';
import type { Run } from './run.ts';

/** Adds the entities of one list to the targets of everybody who asked for them. */
export type EntityMerge = (run: Run, questions: readonly EntityQuestion[], entities: readonly unknown[]) => void;

type Add = (target: ResultObject, entity: ResultObject) => void;

export interface EntityMergeOptions {
  /** Whether the objects of an entity may stand at several places; where paths test types, another field may be added at each. */
  readonly sharing: boolean;
}

export const compileEntityMerge = (schema: GraphQLSchema, { sharing }: EntityMergeOptions): EntityMerge => {
  const isObjectName: IsObjectName = (typename) => typeof typename === 'string' && isObjectType(schema.getType(typename));
  const additionOf = createAdditions(isObjectName);

  const addTo = (run: Run, { fetch, targets, places }: EntityQuestion, entities: readonly unknown[], mayKeep: boolean): void => {
    const additions = new Array<Addition | undefined>(entities.length);
    const outlines = new Map<number, number>();
    const countCopy = (place: number, entity: ResultObject): void => {
      const outline = outlines.get(place) ?? outlineLength(entity);
      outlines.set(place, outline);
      take(run.copies, outline);
    };
    for (let at = 0; at < targets.length; at += 1) {
      const target = targets[at] as ResultObject;
      const place = places[at] as number;
      const entity = entities[place];
      if (!isResultObject(entity)) continue;
      let addition = additions[place];
      if (addition === undefined || (addition.nested && !sharing)) {
        if (addition && Number.isFinite(run.copies.limit)) countCopy(place, entity);
        addition = additionOf(entity, target, fetch.rewriteOutput, mayKeep);
        additions[place] = addition;
      } else if (addition.nested) run.sharesObjects = true;
      const known = target.__typename;
      addition.add(target, addition.entity);
      // A subgraph with an interface object knows only the interface's name; the name of the object is the one that stays.
      if (known && target.__typename !== known && !isObjectName(target.__typename)) target.__typename = known;
    }
  };

  // Below the same path the same is fetched of an entity from now on, so its objects may be shared there. Between paths they may not.
  return (run, questions, entities) => {
    for (let at = questions.length - 1; at >= 0; at -= 1) addTo(run, questions[at] as EntityQuestion, entities, sharing && at === 0);
  };
};

/** An entity, ready to be added to any number of objects. */
interface Addition {
  readonly entity: ResultObject;
  readonly add: Add;
  readonly nested: boolean;
}

const createAdditions = (isObjectName: IsObjectName) => {
  const merge: Add = (target, source) => mergeInto(target, source, isObjectName);
  // Entities of one list mostly have the same fields.
  let names: readonly string[] = [];
  let add: Add = mergeInto;
  return (entity: ResultObject, target: ResultObject, rewriteOutput: Rewrite | undefined, mayKeep: boolean): Addition => {
    const nested = hasNested(entity);
    const own = mayKeep || (!nested && !rewriteOutput) ? entity : (cloneResult(entity) as ResultObject);
    if (rewriteOutput) {
      // Rewrites may depend on the type, which the subgraph needn't have been asked for.
      own.__typename ||= target.__typename;
      rewriteOutput(own);
    }
    if (nested) return { entity: own, add: merge, nested };
    const present = Object.keys(own);
    if (!sameNames(present, names)) {
      names = present;
      add = assignment(present) ?? mergeInto;
    }
    return { entity: own, add, nested };
  };
};

const hasNested = (entity: ResultObject): boolean => {
  for (const name in entity) if (isNested(entity[name])) return true;
  return false;
};

const sameNames = (one: readonly string[], other: readonly string[]): boolean => {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
};

const assignments = new LRUCache<string, Add>({ max: 2_000 });

/** Code that copies these properties, made once per set of names; undefined for names that mean something to JavaScript. */
const assignment = (names: readonly string[]) => {
  const key = names.join(' ');
  const known = assignments.get(key);
  if (known) return known;
  if (names.length > 100 || names.some((name) => name in {} || !/^[_A-Za-z]\w*$/.test(name))) return undefined;
  const copies = names.map((name) => `value = source.${name}; if (value !== undefined) target.${name} = value;`);
  const made = new Function('target', 'source', `let value; ${copies.join(' ')}`) as Add;
  assignments.set(key, made);
  return made;
};

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
