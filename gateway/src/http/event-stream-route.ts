import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ClientOf } from '@plexica/foundation';
import type { ExecutionResult } from 'graphql';
import { InvalidDocument } from '../document/documents.ts';
import { type OperationTexts, readOperation } from '../document/read-operation.ts';
import type { Pipeline } from '../pipeline.ts';
import { forClients, refusalOf } from '../problem.ts';
import type { Operation, RequestContext } from '../request.ts';
import { type WatchOptions, watchedStream } from '../stream/watched-stream.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import { arrivalOf } from './arrival.ts';
import { defaultUnreadMs } from './send-answer.ts';

export interface EventStreamDeps extends OperationTexts {
  readonly pipeline: Pipeline;
  readonly clientOf: ClientOf;
  readonly report: (error: unknown, requestId: string) => void;
  readonly watch?: WatchOptions;
  readonly unreadMs?: number;
  /** Ends the streams when the gateway stops. */
  readonly stopping: AbortSignal;
}

const keepAliveMs = 12_000;

/** Some clients accept events beside JSON with every request; to them only a subscription is answered with events. */
export const acceptsEventStream = ({ method, headers }: IncomingMessage): 'only' | 'too' | 'no' => {
  const accept = headers.accept ?? '';
  if (method !== 'POST' || !accept.includes('text/event-stream')) return 'no';
  return /application\/(graphql-response\+)?json|\*\/\*/.test(accept) ? 'too' : 'only';
};

export const asksForStream = async (body: unknown, { admitted }: RequestContext, texts: OperationTexts): Promise<boolean> => {
  try {
    return (await readOperation(body, admitted, texts)).definition.operation === 'subscription';
  } catch {
    return false;
  }
};

export interface StreamRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the answer, beside its own. */
  readonly headers: OutgoingHttpHeaders;
}

/** One operation as server-sent events, in the distinct connections mode of graphql-sse: `next` per result, then `complete`. */
export const answerEventStream = async (
  { request, response, headers }: StreamRequest,
  body: unknown,
  context: RequestContext,
  deps: EventStreamDeps,
): Promise<void> => {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, deps.stopping]);
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  // It says something more often than that, so time runs out for those alone who don't read.
  response.setTimeout(deps.unreadMs ?? defaultUnreadMs);
  response.write(':\n\n');
  const alive = setInterval(() => response.write(':\n\n'), keepAliveMs);
  const admitAgain = () => deps.pipeline.look(arrivalOf(request, deps.clientOf));
  try {
    const results = resultsOf(body, { ...context, signal }, deps, admitAgain);
    for await (const result of results) {
      if (gone.signal.aborted) break;
      if (!response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`))
        await once(response, 'drain', { signal: gone.signal }).catch(() => {});
    }
    // A stream that this process cuts off, because it stops, was not completed: clients come again.
    if (!signal.aborted) response.write('event: complete\ndata:\n\n');
  } finally {
    clearInterval(alive);
    response.end();
  }
};

async function* resultsOf(
  body: unknown,
  context: RequestContext,
  { pipeline, report, watch, ...texts }: EventStreamDeps,
  admitAgain: () => ReturnType<Pipeline['look']>,
): AsyncGenerator<ExecutionResult> {
  let operation: Operation | undefined;
  try {
    operation = await readOperation(body, context.admitted, texts);
    if (operation.definition.operation !== 'subscription') return yield await pipeline.answer(operation, context);
  } catch (error) {
    const errors = error instanceof InvalidDocument ? error.errors : [refusalOf(error, context.requestId, report)];
    if (!operation) context.onEnded?.({ codes: codesOf(errors) });
    return yield { errors: errors.map(forClients) };
  }
  yield* watchedStream({ operation, context, pipeline, admitAgain, report, ...watch });
}
