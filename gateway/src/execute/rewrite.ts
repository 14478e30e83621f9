import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { ResponsePath } from './fetch-path.ts';
import { isResultObject, ownValue, type ResultObject, setOwn } from './result-object.ts';
import { typeCondition } from './type-condition.ts';

/** Changes that the planner asks for on what is sent to a subgraph or came from it, such as naming the interface of an interface object. */
export type Rewrite = (value: unknown) => void;

type Change = (object: ResultObject) => void;

const fragmentPrefix = '... on ';

/** All rewrites of a fetch as one function; undefined where there are none, which is nearly always. */
export const compileRewrites = (schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[] | undefined): Rewrite | undefined => {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.flatMap((rewrite) => {
    const name = rewrite.path.at(-1);
    return name === undefined ? [] : [atPath(schema, rewrite.path.slice(0, -1), changeOf(rewrite, name))];
  });
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
};

/** A subgraph tells what failed by the names that it was asked with; this gives it those that the answer has after its rewrites. */
export const compilePathRewrite = (rewrites: readonly FetchDataRewrite[] = []): ((path: ResponsePath) => ResponsePath) => {
  const names = new Map(rewrites.flatMap((each) => (each.kind === 'KeyRenamer' ? [[each.path.at(-1), each.renameKeyTo] as const] : [])));
  if (names.size === 0) return (path) => path;
  return (path) => path.map((part) => (typeof part === 'string' ? (names.get(part) ?? part) : part));
};

const changeOf = (rewrite: FetchDataRewrite, name: string): Change => {
  if (rewrite.kind === 'ValueSetter') return (object) => setOwn(object, name, rewrite.setValueTo);
  return (object) => {
    const value = ownValue(object, name);
    if (value === undefined) return;
    setOwn(object, rewrite.renameKeyTo, value);
    setOwn(object, name, undefined);
  };
};

const atPath = (schema: GraphQLSchema, path: readonly string[], change: Change): Rewrite => {
  const [first, ...rest] = path;
  if (first === undefined) return onObjects(change);
  const next = atPath(schema, rest, change);
  if (!first.startsWith(fragmentPrefix)) return onObjects((object) => next(ownValue(object, first)));
  const applies = typeCondition(schema, first.slice(fragmentPrefix.length));
  return onObjects((object) => {
    // The planner leaves `__typename` out where only one type is possible.
    if (typeof object.__typename !== 'string' || applies(object.__typename)) next(object);
  });
};

const onObjects = (change: Change): Rewrite => {
  const rewrite: Rewrite = (value) => {
    if (Array.isArray(value)) for (const element of value) rewrite(element);
    else if (isResultObject(value)) change(value);
  };
  return rewrite;
};
