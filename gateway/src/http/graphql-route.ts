import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import compress from '@fastify/compress';
import type { ClientOf } from '@plexica/foundation';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { PersistedQueries } from '../document/persisted-queries.ts';
import type { RegisteredOperations } from '../document/registered-operations.ts';
import type { Pipeline } from '../pipeline.ts';
import { asHttpProblem, Refusal, refusalOf } from '../problem.ts';
import type { Admitted, EndedOperation, RequestContext } from '../request.ts';
import type { WatchOptions } from '../stream/watched-stream.ts';
import { codesOf } from '../telemetry/error-codes.ts';
import type { Observe } from '../telemetry/outcome.ts';
import type { BeginTrace } from '../telemetry/request-trace.ts';
import { arrivalOf, newRequestId, traceparentOf } from './arrival.ts';
import { withinTime } from './body-time.ts';
import type { Cors } from './cors.ts';
import { acceptsEventStream, answerEventStream, asksForStream } from './event-stream-route.ts';
import { type ExplorerPage, isBrowser, sendExplorer } from './explorer.ts';
import { refusedDocument } from './refused-document.ts';
import { withRegisteredText } from './registered-request.ts';
import { revalidate } from './revalidate.ts';
import { compressedFrom } from './send-text.ts';

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
  readonly watch?: WatchOptions;
  /** A request is under way until the returned function is called. */
  readonly began: () => () => void;
  /** Ends what is under way for long when the gateway stops. */
  readonly stopping: AbortSignal;
}

const bodyBytes = 1_048_576;

/** `POST` and `GET /graphql`: admitted here, answered by the Apollo Server of the caller's plugin set. */
export const registerGraphqlRoute = async (server: FastifyInstance, deps: RouteDeps): Promise<void> => {
  await server.register(async (scope) => {
    await scope.register(compress, { encodings: ['gzip'], threshold: compressedFrom, zlibOptions: { level: 4 } });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyBytes }, (_request, text, done) => done(null, text));
    scope.setErrorHandler((error, request, reply) => (reply.sent ? reply : refuse(request, reply, beforeGraphql(error), deps)));
    withinTime(scope, deps.bodyTimeoutMs ?? 30_000, (request, reply) =>
      refuse(request, reply.header('connection', 'close'), new Refusal('REQUEST_TIMEOUT'), deps),
    );
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler: (request, reply) => handle(request, reply, deps) });
    scope.options('/graphql', (request, reply) => deps.cors.preflight(request, reply));
    scope.route({
      method: ['PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) => refuse(request, reply.header('allow', 'GET, POST'), methodNotAllowed(), deps),
    });
  });
};

const handle = async (request: FastifyRequest, reply: FastifyReply, deps: RouteDeps): Promise<FastifyReply> => {
  if (isBrowser(request)) return sendExplorer(reply, deps.explorerPage);
  const started = performance.now();
  const requestId = newRequestId();
  const arrival = arrivalOf(request, deps.clientOf);
  const traceparent = traceparentOf(request);
  const trace = deps.trace?.(traceparent);
  let admitted: Admitted | undefined;
  let operation: EndedOperation | undefined;
  let streamed = false;
  // Until the answer has gone out, not only until it is known.
  reply.raw.once('close', deps.began());
  reply.header('x-request-id', requestId);
  try {
    if (deps.stopping.aborted) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 });
    admitted = await deps.pipeline.admit(arrival, trace);
    await deps.cors.answer(request, reply, admitted);
    const onEnded = (ended: EndedOperation) => {
      operation = ended;
    };
    const context: RequestContext = { admitted, requestId, traceparent: trace?.traceparent ?? traceparent, trace, onEnded };
    const body = bodyOf(request);
    const events = acceptsEventStream(request);
    streamed = events === 'only' || (events === 'too' && (await asksForStream(body, context, deps)));
    if (streamed) return await answerEventStream(request, reply, body, context, deps);
    const sent = { body, search: searchOf(request) };
    const asked = deps.registered.concern(admitted) ? await withRegisteredText(sent, admitted, deps.registered) : sent;
    const answer = await admitted.variant.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers: headersOf(request), ...asked },
      context: async () => context,
    });
    if (answer.body.kind === 'complete') operation ??= refusedDocument(body, answer.body.string);
    return await send(request, reply, answer);
  } catch (error) {
    const refusal = refusalOf(error, requestId, deps.report);
    operation ??= { codes: codesOf([refusal]) };
    if (!admitted) await deps.cors.answer(request, reply, undefined);
    return problem(request, reply, refusal, requestId);
  } finally {
    const transport = streamed ? 'sse' : 'http';
    const { method } = request;
    const { address } = arrival;
    const ms = performance.now() - started;
    deps.observe({ transport, requestId, address, trace, admitted, operation, method, status: reply.statusCode, ms });
  }
};

/** Of a request that does not get as far as `handle`. */
const refuse = (request: FastifyRequest, reply: FastifyReply, error: unknown, { report, observe, clientOf }: RouteDeps): FastifyReply => {
  const requestId = newRequestId();
  const refusal = refusalOf(error, requestId, report);
  problem(request, reply, refusal, requestId);
  const { method } = request;
  const { address } = clientOf(request.raw);
  const operation = { codes: codesOf([refusal]) };
  observe({ transport: 'http', requestId, address, operation, method, status: reply.statusCode, ms: reply.elapsedTime });
  return reply;
};

const bodyOf = ({ method, headers, body }: FastifyRequest): unknown => {
  if (method !== 'POST' || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(String(body ?? ''));
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: 'The request body is not valid JSON.' });
  }
};

const searchOf = ({ url }: FastifyRequest): string => {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
};

const headersOf = ({ headers }: FastifyRequest): HeaderMap => {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map;
};

const send = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, body }: HTTPGraphQLResponse,
): Promise<FastifyReply> => {
  reply.status(status ?? 200);
  for (const [name, value] of headers) reply.header(name, value);
  if (body.kind === 'complete') return revalidate(request, reply, body.string);
  const chunks: string[] = [];
  for await (const chunk of body.asyncIterator) chunks.push(chunk);
  return revalidate(request, reply, chunks.join(''));
};

const problem = (request: FastifyRequest, reply: FastifyReply, refusal: GraphQLError, requestId: string): FastifyReply => {
  const { status, headers, body } = asHttpProblem(refusal);
  const accept = request.headers.accept ?? '';
  const type = accept.includes('application/graphql-response+json') ? 'application/graphql-response+json' : 'application/json';
  return reply
    .status(status)
    .headers({ ...headers, 'x-request-id': requestId, 'cache-control': 'no-store' })
    .type(`${type}; charset=utf-8`)
    .send(JSON.stringify(body));
};

const methodNotAllowed = (): Refusal => new Refusal('BAD_USER_INPUT', { message: 'Operations are sent by POST.', status: 405 });

// What Fastify refuses while it reads the request.
const beforeGraphql = (error: unknown): unknown => {
  const { code, statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) return new Refusal('PAYLOAD_TOO_LARGE');
  if (statusCode >= 400 && statusCode < 500) return new Refusal('BAD_USER_INPUT', { message: 'The request body could not be read.' });
  return error;
};
