import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { HTTPGraphQLResponse } from '@apollo/server';
import type { ClientOf } from '@plexica/foundation';
import type { FastifyInstance } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { PersistedQueries } from '../document/persisted-queries.ts';
import type { RegisteredOperations } from '../document/registered-operations.ts';
import { createDeparture } from '../execute/call-signal.ts';
import { enforceTextLimit } from '../limits/operation-limits.ts';
import type { UnreadAnswers } from '../limits/unread-answers.ts';
import type { Pipeline } from '../pipeline.ts';
import { asHttpProblem, Refusal, refusalOf } from '../problem.ts';
import type { Admitted, EndedOperation, RequestContext } from '../request.ts';
import type { WatchOptions } from '../stream/watched-stream.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import type { Observe } from '../telemetry/outcome.ts';
import type { BeginTrace } from '../telemetry/request-trace.ts';
import { isLegacy } from '../variant/graphql-over-http.ts';
import { arrivalOf, newRequestId, traceparentOf } from './arrival.ts';
import type { Cors } from './cors.ts';
import { dependsOn } from './depends-on.ts';
import { acceptsEventStream, answerEventStream, asksForStream } from './event-stream-route.ts';
import { type ExplorerPage, explorerAnswer, isBrowser } from './explorer.ts';
import { headersOf, searchOf, textIn } from './question-parts.ts';
import { readBody } from './read-body.ts';
import { refusedDocument } from './refused-document.ts';
import { withRegisteredText } from './registered-request.ts';
import { revalidate } from './revalidate.ts';
import { type HttpAnswer, sendAnswer } from './send-answer.ts';

export interface RouteDeps {
  readonly pipeline: Pipeline;
  readonly clientOf: ClientOf;
  readonly persisted: PersistedQueries;
  readonly registered: RegisteredOperations;
  readonly cors: Cors;
  readonly report: (error: unknown, requestId: string) => void;
  readonly observe: Observe;
  /** Where requests are traced. */
  readonly trace?: BeginTrace;
  /** The page that browsers get on GET. */
  readonly explorerPage?: ExplorerPage;
  readonly bodyTimeoutMs?: number;
  /** For a client to read something of what is sent to it. */
  readonly unreadMs?: number;
  readonly unread: UnreadAnswers;
  readonly watch?: WatchOptions;
  /** A request is under way until the returned function is called. */
  readonly began: () => () => void;
  /** Ends what is under way for long when the gateway stops. */
  readonly stopping: AbortSignal;
}

const bodyBytes = 1_048_576;
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `/graphql`: admitted here, answered by the Apollo Server of the caller's plugin set. Fastify finds the route; from there on it is plain Node. */
export const registerGraphqlRoute = (server: FastifyInstance, deps: RouteDeps): void => {
  server.route({
    method: methods,
    url: '/graphql',
    onRequest: (request, reply) => {
      reply.hijack();
      answer(request.raw, reply.raw, deps).catch((error: unknown) => {
        deps.report(error, '');
        reply.raw.destroy();
      });
    },
    handler: () => {},
  });
};

const answer = async (request: IncomingMessage, response: ServerResponse, deps: RouteDeps): Promise<void> => {
  if (isBrowser(request)) return sendAnswer(request, response, explorerAnswer(deps.explorerPage));
  if (request.method === 'OPTIONS') return sendAnswer(request, response, await preflight(request, deps));
  return answerGraphql(request, response, deps);
};

const preflight = (request: IncomingMessage, { cors, report }: RouteDeps): Promise<HttpAnswer> =>
  cors.preflight(request).catch((error: unknown) => problem(request, refusalOf(error, newRequestId(), report), dependsOn));

/** One request from its arrival to its end, whatever becomes of it. */
const answerGraphql = async (request: IncomingMessage, response: ServerResponse, deps: RouteDeps): Promise<void> => {
  const started = performance.now();
  const requestId = newRequestId();
  const arrival = arrivalOf(request, deps.clientOf);
  const traceparent = traceparentOf(request);
  const trace = deps.trace?.(traceparent);
  const headers: OutgoingHttpHeaders = { ...dependsOn, 'x-request-id': requestId };
  let admitted: Admitted | undefined;
  let operation: EndedOperation | undefined;
  let streamed = false;
  const gone = createDeparture();
  const ended = deps.began();
  // Until the answer has gone out, not only until it is known.
  response.once('close', () => {
    ended();
    if (!response.writableFinished) gone.abort();
  });
  try {
    const text = await textOf(request, deps);
    admitted = await deps.pipeline.admit(arrival, trace);
    Object.assign(headers, await deps.cors.headers(request, admitted));
    deps.unread.enforce(admitted);
    const onEnded = (ended: EndedOperation) => {
      operation = ended;
    };
    const { signal } = gone;
    const context: RequestContext = { admitted, requestId, traceparent: trace?.traceparent ?? traceparent, trace, signal, onEnded };
    deps.pipeline.received(admitted, text.length);
    const body = bodyOf(request, text);
    const events = acceptsEventStream(request);
    streamed = events === 'only' || (events === 'too' && (await asksForStream(body, context, deps)));
    if (streamed) return await answerEventStream({ request, response, headers }, body, context, deps);
    const sent = { body, search: searchOf(request) };
    const asked = deps.registered.concern(admitted) ? await withRegisteredText(sent, admitted, deps.registered) : sent;
    enforceTextLimit(textIn(asked.body) ?? '');
    const answered = await admitted.variant.server.answer({ method: request.method ?? '', headers: headersOf(request), ...asked }, context);
    const found = await wholeOf(answered, headers);
    operation ??= refusedDocument(body, found.body);
    await sendAnswer(request, response, revalidate(request, found), deps.unreadMs);
    deps.unread.count(admitted, response);
  } catch (error) {
    const refusal = refusalOf(error, requestId, deps.report);
    operation ??= { codes: codesOf([refusal]) };
    if (!admitted) Object.assign(headers, await deps.cors.headers(request, undefined));
    if (!response.headersSent) await sendAnswer(request, response, problem(request, refusal, headers));
  } finally {
    const transport = streamed ? 'sse' : 'http';
    const { method } = request;
    const { address } = arrival;
    const ms = performance.now() - started;
    deps.observe({ transport, requestId, address, trace, admitted, operation, method, status: response.statusCode, ms });
  }
};

/** What was sent, before anything is asked about who sent it. */
const textOf = async (request: IncomingMessage, { stopping, bodyTimeoutMs }: RouteDeps): Promise<string> => {
  if (stopping.aborted) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 });
  if (request.method === 'GET') return '';
  if (request.method !== 'POST') throw new Refusal('BAD_USER_INPUT', { message: 'Operations are sent by POST.', status: 405 });
  return readBody(request, { bytes: bodyBytes, withinMs: bodyTimeoutMs });
};

const bodyOf = ({ method, headers }: IncomingMessage, text: string): unknown => {
  if (method !== 'POST' || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: 'The request body is not valid JSON.' });
  }
};

const wholeOf = async ({ status = 200, headers, body }: HTTPGraphQLResponse, own: OutgoingHttpHeaders) => {
  const all: OutgoingHttpHeaders = { ...own };
  for (const [name, value] of headers) all[name] = value;
  if (body.kind === 'complete') return { status, headers: all, body: body.string };
  const chunks: string[] = [];
  for await (const chunk of body.asyncIterator) chunks.push(chunk);
  return { status, headers: all, body: chunks.join('') };
};

const problem = (request: IncomingMessage, refusal: GraphQLError, own: OutgoingHttpHeaders): HttpAnswer => {
  const { status, headers, body } = asHttpProblem(refusal);
  const legacy = isLegacy(request.headers.accept);
  const type = legacy ? 'application/json' : 'application/graphql-response+json';
  const more: OutgoingHttpHeaders = { 'cache-control': 'no-store', 'content-type': `${type}; charset=utf-8` };
  if (status === 405) more.allow = 'GET, POST';
  // Nobody reads what is left of the request.
  if (!request.complete) more.connection = 'close';
  // An operation's own limits are told as what else is wrong with it.
  const told = legacy && refusal.extensions.code === 'COST_EXCEEDED' ? 200 : status;
  return { status: told, headers: { ...own, ...headers, ...more }, body: JSON.stringify(body) };
};
