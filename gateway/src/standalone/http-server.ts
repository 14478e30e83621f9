import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HeaderMap } from '@apollo/server';
import type { ClientOf } from '@plexica/foundation';
import { headersOf } from '../http/headers-of.ts';
import { readBody } from '../http/read-body.ts';
import { sendText } from '../http/send-answer.ts';
import { asHttpProblem, Refusal } from '../problem.ts';
import type { EndedOperation } from '../request.ts';
import type { Observe } from '../telemetry/outcome.ts';

export interface HttpQuestion {
  readonly method: string;
  readonly headers: HeaderMap;
  readonly search: string;
  readonly body: unknown;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
  /** What became of the operation, where there was one. */
  readonly operation?: EndedOperation;
}

/** Who is told of each request. */
export interface Observed {
  readonly observe: Observe;
  readonly clientOf: ClientOf;
}

const bodyBytes = 5_000_000;
const problem = (status: number, message: string, code: string): HttpAnswer => ({
  status,
  headers: [['content-type', 'application/json; charset=utf-8']],
  body: JSON.stringify({ errors: [{ message, extensions: { code } }] }),
  operation: { codes: [code] },
});

const refused = (error: unknown): HttpAnswer =>
  error instanceof Refusal
    ? problem(asHttpProblem(error).status, error.message, error.code)
    : problem(500, 'Internal server error.', 'INTERNAL_SERVER_ERROR');

/** `/graphql` and `/health/ready` on plain Node: what a gateway without tenants needs of HTTP. */
export const createHttpServer = (answer: (question: HttpQuestion) => Promise<HttpAnswer>, observed?: Observed): Server => {
  const graphql = async (request: IncomingMessage, requestId: string): Promise<HttpAnswer> => {
    const { method = 'GET', url = '/' } = request;
    const text = method === 'POST' ? await readBody(request, { bytes: bodyBytes }) : '';
    let body: unknown;
    if (text && /^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      try {
        body = JSON.parse(text);
      } catch {
        return problem(400, 'The request body is not valid JSON.', 'BAD_REQUEST');
      }
    }
    const query = url.indexOf('?');
    return answer({ method, headers: headersOf(request), search: query < 0 ? '' : url.slice(query), body, requestId });
  };

  return createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health/ready' || path === '/health/live') return send(response, ready);
    if (path !== '/graphql') return send(response, problem(404, 'Not found.', 'NOT_FOUND'));
    const requestId = randomUUID();
    const started = performance.now();
    const end = (found: HttpAnswer): void => {
      send(response, found);
      const { status, operation } = found;
      const { method } = request;
      const ms = performance.now() - started;
      observed?.observe({ transport: 'http', requestId, address: observed.clientOf(request).address, operation, method, status, ms });
    };
    graphql(request, requestId).then(end, (error: unknown) => end(refused(error)));
  });
};

const ready: HttpAnswer = { status: 200, headers: [['content-type', 'application/json']], body: '{"status":"ready"}' };

const send = (response: ServerResponse, { status, headers, body }: HttpAnswer): void => {
  const all: Record<string, string> = {};
  for (const [name, value] of headers) all[name] = value;
  sendText(response, { status, headers: all, body });
};
