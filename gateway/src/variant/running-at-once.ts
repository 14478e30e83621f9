import { type ApolloServerPlugin, type BaseContext, HeaderMap } from '@apollo/server';
import type { ExecutionResult } from 'graphql';
import type { GraphqlExecutor } from './graphql-server.ts';

/**
 * Runs operations as soon as they are valid. What went well is the answer as it is; anything else goes Apollo Server's way, which asks
 * the executor again and is told the same. For a gateway's executor it makes objects with accessors of their own, and so a hidden class for
 * every request: those are old from the start and hold on to all of the request, its answer too, until all memory is gone through.
 */
export const runningAtOnce = <Context extends BaseContext>(execute: GraphqlExecutor<Context>) => {
  const outcomes = new WeakMap<object, Promise<ExecutionResult>>();

  const answerAtOnce: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      async responseForOperation({ document, queryHash = '', request, contextValue }) {
        const outcome = execute({ document, queryHash, request, context: contextValue });
        const result = await outcome.catch(() => undefined);
        if (result && !result.errors?.length) return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
        outcomes.set(contextValue, outcome);
        return null;
      },
    }),
  };
  const executor: GraphqlExecutor<Context> = (asked) => outcomes.get(asked.context) ?? execute(asked);
  return { answerAtOnce, executor };
};
