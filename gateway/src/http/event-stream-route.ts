import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { readOperation } from '../document/read-operation.ts';
import type { Pipeline, RequestContext } from '../pipeline.ts';
import { forClients } from '../problem.ts';
import { watchedStream } from '../stream/watched-stream.ts';
import { arrivalOf } from './arrival.ts';

const keepAliveMs = 12_000;

export const wantsEventStream = ({ method, headers }: FastifyRequest): boolean =>
  method === 'POST' && (headers.accept ?? '').includes('text/event-stream');

/** One operation as server-sent events, in the distinct connections mode of graphql-sse: `next` per result, then `complete`. */
export const answerEventStream = async (
  request: FastifyRequest,
  reply: FastifyReply,
  body: unknown,
  context: RequestContext,
  pipeline: Pipeline,
): Promise<FastifyReply> => {
  const gone = new AbortController();
  const watched = { ...context, signal: gone.signal };
  reply.hijack();
  const { raw } = reply;
  raw.on('close', () => gone.abort());
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-request-id': context.requestId,
    'x-accel-buffering': 'no',
  });
  raw.write(':\n\n');
  const alive = setInterval(() => raw.write(':\n\n'), keepAliveMs);
  try {
    for await (const result of results(body, watched, pipeline, () => pipeline.admit(arrivalOf(request)))) {
      if (!raw.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`)) await drained(raw, gone.signal);
      if (gone.signal.aborted) break;
    }
    if (!gone.signal.aborted) raw.write('event: complete\ndata:\n\n');
  } finally {
    clearInterval(alive);
    raw.end();
  }
  return reply;
};

async function* results(
  body: unknown,
  context: RequestContext,
  pipeline: Pipeline,
  admitAgain: () => ReturnType<Pipeline['admit']>,
): AsyncGenerator<ExecutionResult> {
  try {
    const operation = readOperation(body, context.admitted.variant);
    if (operation.definition.operation !== 'subscription') return yield await pipeline.answer(operation, context);
    yield* watchedStream(operation, context, pipeline, admitAgain);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    yield { errors: [forClients(error)] };
  }
}

const drained = (raw: FastifyReply['raw'], signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    raw.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
