import { GraphQLError } from 'graphql';

/** What goes wrong while an answer is made to fit the schema: nulls where none may be, values of another type. */
export interface Completion {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
}

/** Thrown by the fast pass, which keeps no path; the answer is then completed again with one. */
export const irregular = Symbol('irregular');

/** A null that was reported already, so that what encloses it needn't. */
export const reportedNull = Symbol('reported null');

/** A null where the schema promises none: it takes its parent with it. */
export const forbiddenNull = Symbol('forbidden null');

/** A subgraph can answer a million wrong values in one list; nobody reads of more. */
const errorsAtMost = 100;

export const report = (completion: Completion | undefined, message: (place: string | number) => string): typeof reportedNull => {
  if (!completion) throw irregular;
  if (completion.errors.length >= errorsAtMost) return reportedNull;
  const place = completion.path.at(-1) ?? '';
  completion.errors.push(new GraphQLError(message(place), { path: [...completion.path], extensions: { code: 'INVALID_GRAPHQL' } }));
  return reportedNull;
};
