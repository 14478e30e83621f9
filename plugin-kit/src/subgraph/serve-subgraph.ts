import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { execute, subscribe } from 'graphql';
import { internalTokenHeader, requestIdHeader } from '../claims/claims.ts';
import type { TokenVerifier } from '../claims/token-verifier.ts';
import { createDocuments } from './documents.ts';
import { serveSockets } from './serve-sockets.ts';
import type { Subgraph, SubgraphCall, SubgraphContext } from './subgraph.ts';

export interface ServeOptions {
  readonly subgraph: Subgraph;
  readonly verifier: TokenVerifier;
  /** Further routes of the same service. */
  readonly routes?: (server: FastifyInstance) => Promise<void> | void;
  /** Errors that end a request without an answer of its own. */
  readonly report?: (error: unknown, call: { readonly requestId: string }) => void;
}

const bodyBytes = 5_000_000;
const refused = JSON.stringify({
  errors: [{ message: 'Only the gateway speaks to a subgraph.', extensions: { code: 'UNAUTHENTICATED' } }],
});

/** A subgraph as an HTTP service; subscriptions come as server-sent events or over WebSocket. Without a verified internal token for it nothing is answered, not even its schema. */
export const buildSubgraphServer = async ({ subgraph, verifier, routes, report }: ServeOptions): Promise<FastifyInstance> => {
  const server = Fastify({ bodyLimit: bodyBytes, forceCloseConnections: 'idle' });
  const documents = createDocuments(subgraph);
  const streams = new Set<() => void>();
  // Requests are answered before the server closes; a stream would never end by itself.
  const sockets = serveSockets(server.server, { subgraph, verifier, documents, report });
  server.addHook('preClose', async () => {
    sockets.stop();
    for (const end of streams) end();
  });
  server.get('/_plexica/health', async () => ({ status: 'ok', subgraph: subgraph.name }));
  server.post<{ Body: GraphQLBody }>('/graphql', async (request, reply) => {
    const token = single(request.headers[internalTokenHeader]);
    const claims = await verifier.claims(token);
    if (!claims || !token) return reply.status(401).type('application/json').send(refused);
    const call: SubgraphCall = {
      claims,
      token,
      requestId: single(request.headers[requestIdHeader]) ?? '',
      traceparent: single(request.headers.traceparent),
    };
    const { document, errors } = documents.of(request.body?.query);
    if (!document) return reply.send({ errors });
    const context = await subgraph.contextFor(call);
    const args = {
      schema: subgraph.schema,
      document,
      variableValues: request.body.variables,
      operationName: request.body.operationName,
      contextValue: context,
    };
    if ((request.headers.accept ?? '').includes('text/event-stream')) return stream(reply, context, streams, () => subscribe(args));
    try {
      return await reply.send(await execute(args));
    } finally {
      await context.release?.();
    }
  });
  server.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) report?.(error, { requestId: single(request.headers[requestIdHeader]) ?? '' });
    const code = status === 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_USER_INPUT';
    return reply.status(status).send({ errors: [{ message: 'The request could not be answered.', extensions: { code } }] });
  });
  await routes?.(server);
  return server;
};

interface GraphQLBody {
  readonly query?: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** Distinct connections mode of graphql-sse. */
const stream = async (
  reply: FastifyReply,
  context: SubgraphContext,
  streams: Set<() => void>,
  open: () => ReturnType<typeof subscribe>,
): Promise<FastifyReply> => {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const events = await open();
  const end = () => {
    if (Symbol.asyncIterator in events) void events.return(undefined);
    raw.end();
  };
  streams.add(end);
  const send = (result: unknown) => raw.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  try {
    if (Symbol.asyncIterator in events) {
      raw.on('close', end);
      for await (const event of events) send(event);
    } else send(events);
    if (!raw.writableEnded) raw.write('event: complete\ndata:\n\n');
  } finally {
    streams.delete(end);
    raw.end();
    await context.release?.();
  }
  return reply;
};

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? undefined : value);
