import type { Readable } from 'node:stream';
import { type Claims, internalTokenHeader, requestIdHeader } from '@plexica/plugin-kit';
import { type Dispatcher, Pool } from 'undici';
import { readEventStream } from './event-stream.ts';
import { exchange, type HttpAnswer } from './http-exchange.ts';
import { isPassing, StatusError } from './passing-failure.ts';
import { isResultObject } from './result-object.ts';
import type { SocketLink } from './socket-link.ts';
import { createSocketLinks } from './socket-links.ts';
import {
  type StreamCaller,
  type SubgraphAnswer,
  type SubgraphCaller,
  type SubgraphConnection,
  type SubgraphOperation,
  SubgraphUnavailableError,
  type UnavailableCode,
} from './subgraph-connection.ts';

export interface HttpConnectionOptions {
  readonly name: string;
  readonly url: string;
  /** Mints or reuses the internal token for this subgraph; undefined sends none. */
  readonly token: (claims: Claims) => string | undefined | Promise<string | undefined>;
  /** From sending an operation to the last byte of its answer; for a stream, to its first byte, and of what comes in place of one to the last. */
  readonly timeoutMs: number;
  /** Of one answer, and of one event of a stream. */
  readonly maxResponseBytes: number;
  /** Sockets for answers; streams have sockets of their own. Default 128. */
  readonly maxConnections?: number;
  /** Carries the calls in place of the connection's own pools, for example one that checks resolved addresses; closing it is up to its owner. */
  readonly dispatcher?: Dispatcher;
  /** Default `PLUGIN_UNAVAILABLE`. */
  readonly unavailableCode?: UnavailableCode;
}

export interface HttpConnection extends SubgraphConnection {
  close(): Promise<void>;
}

const json = 'application/graphql-response+json, application/json';

/** Calls a subgraph over HTTP: kept-alive sockets, JSON only, no redirects, no cookies, never the user's own token. */
export const createHttpConnection = (options: HttpConnectionOptions): HttpConnection => {
  const { name, timeoutMs, maxResponseBytes, unavailableCode = 'PLUGIN_UNAVAILABLE' } = options;
  const { origin, pathname, search } = new URL(options.url);
  const path = `${pathname}${search}`;
  const keepAlive = { keepAliveTimeout: 30_000, connectTimeout: timeoutMs, webSocket: { maxPayloadSize: maxResponseBytes } };
  const requests = options.dispatcher ?? new Pool(origin, { connections: options.maxConnections ?? 128, ...keepAlive });
  const streams = options.dispatcher ?? new Pool(origin, keepAlive);

  const introduction = async (caller: SubgraphCaller): Promise<Record<string, string>> => {
    const token = await options.token(caller.claims);
    return { ...caller.forwarded, ...(token && { [internalTokenHeader]: token }) };
  };
  const headersFor = (accept: string, caller: SubgraphCaller, token: string | undefined): Record<string, string> => {
    const headers: Record<string, string> = {
      ...caller.forwarded,
      'content-type': 'application/json',
      accept,
      [requestIdHeader]: caller.requestId,
    };
    if (caller.traceparent) headers.traceparent = caller.traceparent;
    if (token) headers[internalTokenHeader] = token;
    return headers;
  };

  const links = createSocketLinks({ origin, path, dispatcher: streams, timeoutMs, introduce: introduction });

  const overEvents = async function* (
    operation: SubgraphOperation,
    caller: StreamCaller,
    opened: () => void,
  ): AsyncGenerator<SubgraphAnswer> {
    const headers = headersFor('text/event-stream', caller, await options.token(caller.claims));
    const target = { origin, path, headers, method: 'POST' as const, body: bodyOf(operation), signal: caller.signal };
    const response = await streams.request({ ...target, headersTimeout: timeoutMs, bodyTimeout: 0 });
    const contentType = String(response.headers['content-type'] ?? '');
    if (!contentType.startsWith('text/event-stream')) {
      const text = await limitedText(response.body, { maxBytes: maxResponseBytes, withinMs: timeoutMs });
      return yield readAnswer({ status: response.statusCode, contentType, text });
    }
    opened();
    for await (const { event, data } of readEventStream(response.body, maxResponseBytes)) {
      if (event === 'complete') return;
      if (event === 'next') yield readJson(data);
    }
    throw new Error('the stream broke off');
  };

  return {
    name,
    unavailableCode,

    async request(operation, caller) {
      try {
        // Mostly it is in hand already, and nothing is waited for.
        const token = options.token(caller.claims);
        const headers = headersFor(json, caller, typeof token === 'object' ? await token : token);
        const target = { dispatcher: requests, origin, path, headers, body: bodyOf(operation) };
        return readAnswer(await exchange({ ...target, timeoutMs, maxResponseBytes, signal: caller.signal }));
      } catch (error) {
        const passing = isPassing(error);
        throw new SubgraphUnavailableError(name, error instanceof Error ? error.message : String(error), { cause: error, passing });
      }
    },

    async *subscribe(operation, caller, opened) {
      try {
        const link = await links.for(caller);
        if (link) return yield* overSocket(link, operation, caller, opened);
        const events = overEvents(operation, caller, () => {
          links.areRefused();
          opened?.();
        });
        yield* events;
      } catch (error) {
        if (caller.signal?.aborted) return;
        throw new SubgraphUnavailableError(name, error instanceof Error ? error.message : String(error), { cause: error });
      }
    },

    async close() {
      await links.close();
      if (options.dispatcher) return;
      await Promise.all([requests.close(), streams.destroy()]);
    },
  };
};

const bodyOf = ({ body, query, variables }: SubgraphOperation): string => body?.() ?? JSON.stringify({ query, variables });

const readAnswer = ({ status, contentType, text }: HttpAnswer): SubgraphAnswer => {
  if (status >= 300 && status < 400) throw new Error(`it answered ${status}; redirects are not followed`);
  if (status >= 500) throw new StatusError(status);
  if (!/^application\/(graphql-response\+)?json\b/i.test(contentType))
    throw new Error(`it answered ${contentType || 'nothing'} in place of JSON`);
  const answer = readJson(text);
  // As GraphQL has it, only an error leaves no data: without one nobody would be told why there is none.
  if (answer.data === null && !answer.errors?.length) throw new Error('it answered neither data nor an error');
  return answer;
};

const readJson = (text: string): SubgraphAnswer => checked(JSON.parse(text));

const checked = (answer: unknown): SubgraphAnswer => {
  if (!isAnswer(answer)) throw new Error('it answered something that is not GraphQL');
  return answer;
};

const isAnswer = (value: unknown): value is SubgraphAnswer => {
  if (!isResultObject(value)) return false;
  const { data, errors } = value;
  const hasData = isResultObject(data) || data === null;
  const hasErrors = Array.isArray(errors) && errors.length > 0 && errors.every(isResultObject);
  return (hasData && (errors === undefined || errors === null || Array.isArray(errors))) || (data === undefined && hasErrors);
};

async function* overSocket(
  link: SocketLink,
  { query, variables }: SubgraphOperation,
  caller: SubgraphCaller,
  opened?: () => void,
): AsyncGenerator<SubgraphAnswer> {
  const { requestId, traceparent, signal } = caller;
  const extensions = { [requestIdHeader]: requestId, ...(traceparent && { traceparent }) };
  const { results, close } = link.subscribe({ query, variables, extensions }, opened);
  signal?.addEventListener('abort', close, { once: true });
  if (signal?.aborted) close();
  try {
    for await (const result of results) yield checked(result);
  } finally {
    signal?.removeEventListener('abort', close);
    close();
  }
}

/** Of an answer in place of a stream, which has no end of its own accord. */
const limitedText = async (
  body: Readable,
  { maxBytes, withinMs }: { readonly maxBytes: number; readonly withinMs: number },
): Promise<string> => {
  const late = setTimeout(() => body.destroy(new Error(`no whole answer within ${withinMs} ms`)), withinMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks).toString('utf8');
};
