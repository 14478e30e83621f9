import { HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Admitted, Pipeline, RequestContext } from '../pipeline.ts';
import { asHttpProblem, Refusal } from '../problem.ts';
import { arrivalOf, newRequestId, traceparentOf } from './arrival.ts';
import { answerEventStream, wantsEventStream } from './event-stream-route.ts';

export interface RouteDeps {
  readonly pipeline: Pipeline;
  readonly report: (error: unknown, requestId: string) => void;
  readonly observe: (request: FastifyRequest, outcome: { admitted?: Admitted; requestId: string; status: number; ms: number }) => void;
  /** The page that browsers get on GET. */
  readonly explorerPage?: () => { readonly html: string; readonly headers: Readonly<Record<string, string>> };
}

const bodyBytes = 1_048_576;
const bodyTimeoutMs = 30_000;

/** `POST` and `GET /graphql`: admitted here, answered by the Apollo Server of the caller's plugin set. */
export const registerGraphqlRoute = async (server: FastifyInstance, deps: RouteDeps): Promise<void> => {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyBytes }, (_request, text, done) => done(null, text));
    scope.setErrorHandler((error, request, reply) => problem(reply, error, newRequestId(), deps, request));
    scope.addHook('onRequest', async ({ raw }) => {
      raw.setTimeout?.(bodyTimeoutMs);
    });
    scope.route({ method: ['GET', 'POST'], url: '/graphql', handler: (request, reply) => handle(request, reply, deps) });
  });
};

const handle = async (request: FastifyRequest, reply: FastifyReply, deps: RouteDeps): Promise<FastifyReply> => {
  const started = performance.now();
  const requestId = newRequestId();
  let admitted: Admitted | undefined;
  reply.header('x-request-id', requestId).header('cache-control', 'no-store');
  try {
    if (isBrowser(request) && deps.explorerPage) return page(reply, deps.explorerPage());
    admitted = await deps.pipeline.admit(arrivalOf(request));
    const context: RequestContext = { admitted, requestId, traceparent: traceparentOf(request) };
    const body = bodyOf(request);
    if (wantsEventStream(request)) return await answerEventStream(request, reply, body, context, deps.pipeline);
    const answer = await admitted.variant.server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers: headersOf(request), search: new URL(request.url, 'http://x').search, body },
      context: async () => context,
    });
    return await send(reply, answer);
  } catch (error) {
    return problem(reply, error, requestId, deps, request);
  } finally {
    deps.observe(request, { admitted, requestId, status: reply.statusCode, ms: performance.now() - started });
  }
};

const isBrowser = ({ method, headers, url }: FastifyRequest): boolean =>
  method === 'GET' && !url.includes('query=') && (headers.accept ?? '').includes('text/html');

const page = (reply: FastifyReply, { html, headers }: { html: string; headers: Readonly<Record<string, string>> }): FastifyReply =>
  reply.headers(headers).type('text/html; charset=utf-8').send(html);

const bodyOf = ({ method, headers, body }: FastifyRequest): unknown => {
  if (method !== 'POST' || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return undefined;
  try {
    return JSON.parse(String(body ?? ''));
  } catch {
    throw new Refusal('BAD_USER_INPUT', { message: 'The request body is not valid JSON.' });
  }
};

const headersOf = ({ headers }: FastifyRequest): HeaderMap => {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map;
};

const send = async (reply: FastifyReply, { status, headers, body }: HTTPGraphQLResponse): Promise<FastifyReply> => {
  reply.status(status ?? 200);
  for (const [name, value] of headers) reply.header(name, value);
  if (body.kind === 'complete') return reply.send(body.string);
  const chunks: string[] = [];
  for await (const chunk of body.asyncIterator) chunks.push(chunk);
  return reply.send(chunks.join(''));
};

const problem = (reply: FastifyReply, error: unknown, requestId: string, deps: RouteDeps, request: FastifyRequest): FastifyReply => {
  const refusal = asRefusal(error);
  if (!refusal) deps.report(error, requestId);
  const { status, headers, body } = asHttpProblem(refusal ?? unforeseen(requestId));
  const type = (request.headers.accept ?? '').includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
  return reply.status(status).headers(headers).header('x-request-id', requestId).type(`${type}; charset=utf-8`).send(JSON.stringify(body));
};

const unforeseen = (requestId: string): GraphQLError => {
  const error = new Refusal('INTERNAL_SERVER_ERROR');
  Object.assign(error.extensions, { requestId });
  return error;
};

const asRefusal = (error: unknown): GraphQLError | undefined => {
  if (error instanceof GraphQLError && error.extensions.http) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) return new Refusal('PAYLOAD_TOO_LARGE');
  if (code === 'ECONNRESET' || statusCode === 408) return new Refusal('REQUEST_TIMEOUT');
  if (statusCode === 400) return new Refusal('BAD_USER_INPUT', { message: 'The request body could not be read.' });
  if (isDatabaseAway(error)) return new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 });
  return undefined;
};

// PostgreSQL is behind the Directory; without it nobody can be told who they are.
const isDatabaseAway = (error: unknown): boolean => {
  const { code, name, cause } = error as { code?: string; name?: string; cause?: unknown };
  return (
    /^(ECONNREFUSED|57P0\d|08\d{3}|53300)$/.test(code ?? '') ||
    name === 'ConnectionException' ||
    (cause !== undefined && cause !== error && isDatabaseAway(cause))
  );
};
