import { type GraphQLSchema, isObjectType } from 'graphql';
import type { ResultObject } from './result-object.ts';

/**
 * Where in the answer a fetch works: response names, `@` for every element of a list, and a test where only objects of some types
 * lead on, because on others the next name may be another field. Known when the plan is compiled.
 */
export type FetchPath = readonly (string | TypeTest)[];

/** Passes objects that may be of some types; one without the name of an object type can't be told yet. */
export type TypeTest = (object: ResultObject) => boolean;

export type ResponsePath = readonly (string | number)[];

export const isTypeTest = (part: FetchPath[number] | undefined): part is TypeTest => typeof part === 'function';

/** A path as the planner writes it, such as `['', 'search', '@|[Book,Film]', 'author']`. */
export const readPath = (schema: GraphQLSchema, planned: readonly string[]): FetchPath =>
  planned.flatMap((part) => {
    const { name, types } = readPart(part);
    return [...(name ? [name] : []), ...(types ? [typeTest(schema, new Set(types))] : [])];
  });

/** What a part of a planner's path names, and the types it is limited to. */
export const readPart = (part: string): { readonly name: string; readonly types: readonly string[] | undefined } => {
  const [name = '', types] = part.split('|');
  return { name, types: types?.slice(1, -1).split(',') };
};

/** The part of a fetch path that needs no list index, hence is a response path. */
export const withoutLists = (path: FetchPath): ResponsePath => {
  const list = path.indexOf('@');
  return (list < 0 ? path : path.slice(0, list)).filter((part) => typeof part === 'string');
};

const typeTest =
  (schema: GraphQLSchema, types: ReadonlySet<string>): TypeTest =>
  ({ __typename: name }) =>
    typeof name !== 'string' || types.has(name) || !isObjectType(schema.getType(name));
