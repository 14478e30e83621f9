import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createOperationCost } from '../cost/operation-cost.ts';
import { enforceAnswerSize } from '../execute/answer-size.ts';
import { defaultOperationLimits, enforceCostLimit, enforceOperationLimits } from '../limits/operation-limits.ts';
import type { Operation } from '../request.ts';
import type { StandaloneLimits } from './options.ts';

type Asked = Pick<Operation, 'document' | 'definition' | 'variables'>;

/** What the platform refuses to anybody, as far as it is configured here. */
export const createLimits = (schema: GraphQLSchema, { tokens: _, body: __, cost, answer, ...limits }: StandaloneLimits = {}) => {
  const costs = cost === undefined ? undefined : createOperationCost(schema);
  // Fragments within fragments double what is to be reckoned; how many fields they come to is known at once.
  const allowed = costs ? { fields: defaultOperationLimits.fields, ...limits } : limits;
  return {
    /** Before anything of it runs. */
    operation({ document, definition, variables = {} }: Asked): void {
      enforceOperationLimits(document, definition, allowed);
      if (costs && cost !== undefined) enforceCostLimit(costs.estimate(document, definition, variables), cost);
    },

    /** Of an executor that doesn't count while it makes one. */
    answer(result: ExecutionResult): ExecutionResult {
      if (answer !== undefined) enforceAnswerSize(result, Number.POSITIVE_INFINITY, answer);
      return result;
    },
  };
};
