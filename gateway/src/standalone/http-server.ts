import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { HeaderMap } from '@apollo/server';
import type { ClientOf } from '@plexica/foundation';
import { type CallSignal, createDeparture } from '../execute/call-signal.ts';
import { headersOf, searchOf } from '../http/question-parts.ts';
import { readBody } from '../http/read-body.ts';
import { type HttpAnswer, sendAnswer, sendText } from '../http/send-answer.ts';
import { asHttpProblem, Refusal } from '../problem.ts';
import type { EndedOperation } from '../request.ts';
import type { Observe } from '../telemetry/outcome.ts';

export interface HttpQuestion {
  readonly method: string;
  readonly headers: HeaderMap;
  readonly search: string;
  readonly body: unknown;
  readonly requestId: string;
  /** The client has gone. */
  readonly signal: CallSignal;
}

export interface Answered extends HttpAnswer {
  /** What became of the operation, where there was one. */
  readonly operation?: EndedOperation;
}

/** Who is told of each request. */
export interface Observed {
  readonly observe: Observe;
  readonly clientOf: ClientOf;
}

export interface HttpServerOptions {
  /** Of a request; 5,000,000. */
  readonly bodyBytes?: number;
  /** For a body to arrive; 30 s. */
  readonly bodyTimeoutMs?: number;
  /** Nobody when absent. */
  readonly observed?: Observed;
}

const problem = (status: number, message: string, code: string): Answered => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ errors: [{ message, extensions: { code } }] }),
  operation: { codes: [code] },
});

const refused = (error: unknown): Answered =>
  error instanceof Refusal
    ? problem(asHttpProblem(error).status, error.message, error.code)
    : problem(500, 'Internal server error.', 'INTERNAL_SERVER_ERROR');

/** `/graphql` and `/health/ready` on plain Node: what a gateway without tenants needs of HTTP. */
export const createHttpServer = (
  answer: (question: HttpQuestion) => Promise<Answered>,
  { bodyBytes = 5_000_000, bodyTimeoutMs, observed }: HttpServerOptions = {},
): Server => {
  const graphql = async (request: IncomingMessage, requestId: string, signal: CallSignal): Promise<Answered> => {
    const { method = 'GET' } = request;
    const text = method === 'POST' ? await readBody(request, { bytes: bodyBytes, withinMs: bodyTimeoutMs }) : '';
    let body: unknown;
    if (text && /^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      try {
        body = JSON.parse(text);
      } catch {
        return problem(400, 'The request body is not valid JSON.', 'BAD_REQUEST');
      }
    }
    return answer({ method, headers: headersOf(request), search: searchOf(request), body, requestId, signal });
  };

  return createServer((request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path === '/health/ready' || path === '/health/live') return sendText(response, ready);
    if (path !== '/graphql') return sendText(response, problem(404, 'Not found.', 'NOT_FOUND'));
    const requestId = randomUUID();
    const started = performance.now();
    const gone = createDeparture();
    response.once('close', () => response.writableFinished || gone.abort());
    const end = async (found: Answered): Promise<void> => {
      // Nobody reads what is left of a request.
      await sendAnswer(request, response, request.complete ? found : { ...found, headers: { ...found.headers, connection: 'close' } });
      const { status, operation } = found;
      const { method } = request;
      const ms = performance.now() - started;
      observed?.observe({ transport: 'http', requestId, address: observed.clientOf(request).address, operation, method, status, ms });
    };
    graphql(request, requestId, gone.signal)
      .then(end, (error: unknown) => end(refused(error)))
      .catch(() => response.destroy());
  });
};

const ready: HttpAnswer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ready"}' };
