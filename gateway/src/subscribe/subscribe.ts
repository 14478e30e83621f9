import { errorRegistry } from '@plexica/schema';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { finish } from '../execute/execute.ts';
import { reportUnavailable } from '../execute/failure.ts';
import { type Connections, type ExecutionRequest, startRun } from '../execute/run.ts';
import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';
import type { CompiledPlan, CompiledStream } from '../plan/compiled-plan.ts';
import { orderedWindow, WindowOverflowError } from './ordered-window.ts';

export interface SubscribeOptions {
  /** How many events of one subscription are completed by other subgraphs at the same time. Default 4. */
  readonly concurrency?: number;
  /** How many events may wait for a slow client before its subscription ends. Default 128. */
  readonly maxWaiting?: number;
}

/**
 * Runs a planned subscription: events come from the owning subgraph, and fields of others are fetched per event. Events keep their order.
 * Whatever ends it early, a subgraph that goes away or a client that reads too slowly, is its last result. Stop it by `return()` or the caller's signal.
 */
export const subscribe = (
  plan: CompiledPlan,
  request: ExecutionRequest,
  connections: Connections,
  options: SubscribeOptions = {},
): AsyncIterableIterator<ExecutionResult> => {
  const stopped = new AbortController();
  const signal = request.caller.signal ? AbortSignal.any([stopped.signal, request.caller.signal]) : stopped.signal;
  const results = resultsOf(plan, { ...request, caller: { ...request.caller, signal } }, connections, { ...options, signal });
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    // A generator that waits for an event can't return before one comes, unless its source ends.
    stopped.abort();
    await results.return(undefined);
    return { done: true, value: undefined };
  };
  return {
    next: () => results.next(),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

async function* resultsOf(
  plan: CompiledPlan,
  request: ExecutionRequest,
  connections: Connections,
  { concurrency = 4, maxWaiting = 128, signal }: SubscribeOptions & { readonly signal: AbortSignal },
): AsyncGenerator<ExecutionResult, void, undefined> {
  const { stream } = plan;
  if (!stream) throw new Error('The plan is not of a subscription');
  const errors = plan.checkVariables(request.variables ?? {});
  if (errors) return yield { errors };
  try {
    const source = stream.primary.open(request, connections);
    const map = (event: SubgraphAnswer) => answer(plan, stream, event, request, connections);
    yield* orderedWindow({ source, map, concurrency, limit: maxWaiting, signal });
  } catch (error) {
    if (!signal.aborted) yield lastWord(stream, error, request, connections);
  }
}

const answer = async (
  plan: CompiledPlan,
  { primary, rest }: CompiledStream,
  event: SubgraphAnswer,
  request: ExecutionRequest,
  connections: Connections,
): Promise<ExecutionResult> => {
  const run = startRun(request, connections);
  primary.take(run, event);
  await rest?.run(run, [run.root]);
  return finish(plan, run);
};

const lastWord = ({ primary }: CompiledStream, error: unknown, request: ExecutionRequest, connections: Connections): ExecutionResult => {
  if (error instanceof WindowOverflowError) {
    const message = `${errorRegistry.RATE_LIMITED.en} ${error.message}, so the subscription ends here.`;
    return { errors: [new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } })] };
  }
  const run = startRun(request, connections);
  reportUnavailable(run, primary.service, [], error);
  return { errors: run.errors };
};
