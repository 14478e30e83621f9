import { GraphQLError } from 'graphql';

/** What goes wrong while an answer is made to fit the schema: nulls where none may be, values of another type. */
export interface Completion {
  readonly path: (string | number)[];
  readonly errors: GraphQLError[];
  /** What the specification itself calls an error of its field: values of the right kind that the type has no room for. */
  readonly failures: GraphQLError[];
}

export const startCompletion = (): Completion => ({ path: [], errors: [], failures: [] });

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
  tell(completion, completion.errors, 'INVALID_GRAPHQL', message(completion.path.at(-1) ?? ''));
  return reportedNull;
};

/** A field that fails because its type can't hold its value. */
export const fail = (completion: Completion | undefined, message: string): typeof reportedNull => {
  if (!completion) throw irregular;
  tell(completion, completion.failures, 'VALUE_UNREPRESENTABLE', message);
  return reportedNull;
};

const tell = ({ path }: Completion, errors: GraphQLError[], code: string, message: string): void => {
  if (errors.length < errorsAtMost) errors.push(new GraphQLError(message, { path: [...path], extensions: { code } }));
};
