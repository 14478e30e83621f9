import type { ExecutionResult, GraphQLError } from 'graphql';
import { follow } from '../execute/call-signal.ts';
import type { Pipeline } from '../pipeline.ts';
import { forClients, refusalOf } from '../problem.ts';
import type { Admitted, EndedOperation, Operation, RequestContext } from '../request.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import { type Watch, watchRight } from './watch-right.ts';

export interface WatchOptions {
  /** How often the right to the stream is looked at again. */
  readonly everyMs?: number;
  /** Streams that a new plugin set no longer has end within this time, not all at once. */
  readonly spreadMs?: number;
}

export interface WatchedStreamOptions extends WatchOptions {
  readonly operation: Operation;
  readonly context: RequestContext;
  readonly pipeline: Pick<Pipeline, 'stream' | 'permit'>;
  /** Who asks, as of now. */
  readonly admitAgain: () => Promise<Admitted>;
  readonly report: (error: unknown, requestId: string) => void;
}

export interface WatchedStream extends AsyncIterableIterator<ExecutionResult> {
  /** Why it ended early; its last result says the same. */
  readonly ending: () => GraphQLError | undefined;
}

/**
 * A subscription for as long as its caller has a right to it; whatever ends it early is its last result.
 * It ends at once when its consumer leaves, also between two events.
 */
export const watchedStream = (options: WatchedStreamOptions): WatchedStream => {
  const { context, report } = options;
  const ended = new AbortController();
  const { signal } = ended;
  follow(context.signal, ended);
  let ending: GraphQLError | undefined;
  const end = (error: GraphQLError) => {
    ending ??= error;
    ended.abort();
  };
  const onEnded = (operation: EndedOperation): void => context.onEnded?.(ending ? { ...operation, codes: codesOf([ending]) } : operation);
  const results = run({ ...options, context: { ...context, signal, onEnded } }, end, () => ending, report);
  return {
    ending: () => ending,
    next: () => results.next(),
    async return() {
      // A generator that waits for an event can't return before one comes, unless its source ends.
      ended.abort();
      await results.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

async function* run(
  { operation, context, pipeline, admitAgain, everyMs = 1_000, spreadMs = 20_000 }: WatchedStreamOptions,
  end: (error: GraphQLError) => void,
  ending: () => GraphQLError | undefined,
  report: WatchedStreamOptions['report'],
): AsyncGenerator<ExecutionResult, undefined> {
  let watch: Watch | undefined;
  const stream = pipeline.stream(operation, context, { lookAgain: async () => watch?.look() });
  watch = watchRight({
    ...{ operation, admitAgain, end, everyMs, spreadMs },
    admitted: context.admitted,
    permit: pipeline.permit,
    adopt: stream.adopt,
  });
  try {
    for await (const result of stream) yield result;
  } catch (error) {
    end(refusalOf(error, context.requestId, report));
  } finally {
    watch.stop();
  }
  const error = ending();
  if (error) yield { errors: [forClients(error)] };
  return undefined;
}
