import { type GraphQLSchema, isObjectType } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { EntityQuestion } from './entity-fetch.ts';
import { cloneResult, isResultObject, mergeInto, type ResultObject } from './result-object.ts';
import type { Run } from './run.ts';

/** One question, and where in the list that is asked for each of its representations stands. */
export interface Asker {
  readonly question: EntityQuestion;
  readonly positions: readonly number[];
}

/** Adds the entities of one list to the targets of everybody who asked for them. */
export type EntityMerge = (run: Run, askers: readonly Asker[], entities: readonly unknown[]) => void;

export const compileEntityMerge = (schema: GraphQLSchema): EntityMerge => {
  const isObjectName = (typename: unknown): boolean => typeof typename === 'string' && isObjectType(schema.getType(typename));

  const addTo = (target: ResultObject, add: (target: ResultObject) => void): void => {
    const { __typename: known } = target;
    add(target);
    // A subgraph with an interface object knows only the interface's name; the name of the object is the one that stays.
    if (known && target.__typename !== known && !isObjectName(target.__typename)) target.__typename = known;
  };

  return (run, askers, entities) => {
    // Below the same path the same is fetched of an entity from now on, so its objects may be shared there. Between paths they may not.
    for (const [at, { question, positions }] of askers.toReversed().entries()) {
      const isLast = at === askers.length - 1;
      const { targets, indexOfTarget, representations, fetch } = question;
      if (representations.length < targets.length) run.sharesObjects = true;
      const additions: (((target: ResultObject) => void) | undefined)[] = [];
      for (let index = 0; index < targets.length; index += 1) {
        const target = targets[index];
        const own = indexOfTarget[index] ?? -1;
        const entity = entities[positions[own] ?? -1];
        if (!target || !isResultObject(entity)) continue;
        additions[own] ??= additionOf(isLast ? entity : copyOf(entity), target, fetch.rewriteOutput);
        addTo(target, additions[own]);
      }
    }
  };
};

const copyOf = (entity: ResultObject): ResultObject => {
  const copy = cloneResult(entity);
  return isResultObject(copy) ? copy : {};
};

/** Prepares an entity to be added to any number of objects. */
const additionOf = (entity: ResultObject, target: ResultObject, rewriteOutput: EntityQuestion['fetch']['rewriteOutput']) => {
  if (rewriteOutput) {
    // Rewrites may depend on the type, which the subgraph needn't have been asked for.
    entity.__typename ||= target.__typename;
    rewriteOutput(entity);
  }
  const names = Object.keys(entity);
  if (names.some((name) => isNested(entity[name]))) return (each: ResultObject): void => mergeInto(each, entity);
  const assign = assignment(names);
  return assign ? (each: ResultObject): void => assign(each, entity) : (each: ResultObject): void => mergeInto(each, entity);
};

const assignments = new LRUCache<string, (target: ResultObject, source: ResultObject) => void>({ max: 2_000 });

/** Code that copies these properties, made once per set of names; undefined for names that mean something to JavaScript. */
const assignment = (names: readonly string[]) => {
  const key = names.join(' ');
  const known = assignments.get(key);
  if (known) return known;
  if (names.length > 100 || names.some((name) => name in {} || !/^[_A-Za-z]\w*$/.test(name))) return undefined;
  const copies = names.map((name) => `value = source.${name}; if (value !== undefined) target.${name} = value;`);
  const made = new Function('target', 'source', `let value; ${copies.join(' ')}`) as (target: ResultObject, source: ResultObject) => void;
  assignments.set(key, made);
  return made;
};

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
