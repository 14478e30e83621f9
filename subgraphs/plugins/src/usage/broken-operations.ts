import { type GraphQLSchema, parse, validate } from 'graphql';
import type { OperationUsageRow } from './operation-usage.entity.ts';

type Used = Pick<OperationUsageRow, 'hash' | 'name' | 'text' | 'calls'>;

/** An operation that was valid, as far as this change goes, and would not be. */
export interface BrokenOperation extends Used {
  /** What would be wrong with it. */
  readonly problems: readonly string[];
}

/** Judges a change of an API by the operations that were used. What either schema knows nothing of, such as other plugins' fields, doesn't count. */
export const brokenOperations = (before: GraphQLSchema, after: GraphQLSchema, used: readonly Used[]): BrokenOperation[] =>
  used.flatMap((operation) => {
    const document = parse(operation.text);
    const then = validate(after, document);
    if (!then.length) return [];
    const now = new Set(validate(before, document).map(({ message }) => message));
    const problems = then.map(({ message }) => message).filter((message) => !now.has(message));
    return problems.length ? [{ ...operation, problems: [...new Set(problems)] }] : [];
  });
