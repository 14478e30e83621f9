import { type ApolloServerPlugin, type BaseContext, HeaderMap } from '@apollo/server';
import type { ExecutionResult } from 'graphql';
import type { AskedDocument, GraphqlExecutor } from './graphql-server.ts';

/** The outcome of an operation that ran already, on the context of its request: Apollo Server makes copies of it. */
const outcomeOf = Symbol('outcome');

/** What became of an operation that went well; of any other, the context with which the executor says the same again. */
type Ran<Context> =
  | { readonly result: ExecutionResult; readonly context?: undefined }
  | { readonly result?: undefined; readonly context: Context };

/**
 * Runs operations as soon as they are valid. What went well is the answer as it is; anything else goes Apollo Server's way, which asks
 * the executor again and is told the same. For a gateway's executor it makes objects with accessors of their own, and so a hidden class for
 * every request: those are old from the start and hold on to all of the request, its answer too, until all memory is gone through.
 */
export const runningAtOnce = <Context extends BaseContext>(execute: GraphqlExecutor<Context>) => {
  const executor: GraphqlExecutor<Context> = (asked) =>
    (asked.context as { [outcomeOf]?: Promise<ExecutionResult> })[outcomeOf] ?? execute(asked);

  const run = async (asked: AskedDocument<Context>): Promise<Ran<Context>> => {
    const outcome = executor(asked);
    const result = await outcome.catch(() => undefined);
    return result && !result.errors?.length ? { result } : { context: { ...asked.context, [outcomeOf]: outcome } };
  };

  const answerAtOnce: ApolloServerPlugin<Context> = {
    requestDidStart: async () => ({
      async responseForOperation({ document, queryHash: hash = '', request, contextValue }) {
        const { result, context } = await run({ document, hash, request, context: contextValue });
        if (result) return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
        Object.assign(contextValue, context);
        return null;
      },
    }),
  };
  return { executor, run, answerAtOnce };
};
