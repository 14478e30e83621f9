import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { readOperation } from '../document/read-operation.ts';
import { newRequestId } from '../http/arrival.ts';
import type { Admitted, Arrival, Operation, Pipeline, RequestContext } from '../pipeline.ts';
import { forClients, Refusal } from '../problem.ts';
import { watchedStream } from './watched-stream.ts';

interface Extra {
  readonly request: IncomingMessage;
  arrival?: Arrival;
  admitted?: Admitted;
}

const messageBytes = 1_048_576;
const pingMs = 12_000;
const closeCodes: Record<string, number> = { UNAUTHENTICATED: 4401, TENANT_NOT_FOUND: 4404 };
const endings = new Set(['UNAUTHENTICATED', 'TENANT_SUSPENDED', 'TENANT_NOT_FOUND']);

/** `WS /graphql` with graphql-transport-ws. Connections enter the pipeline at the same step as requests. */
export const registerSocketRoute = (server: Server, { pipeline, log }: { readonly pipeline: Pipeline; readonly log: Logger }) => {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    handleProtocols: (offered) => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false),
  });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: 5_000,
    async onConnect({ connectionParams, extra }) {
      extra.arrival = arrivalOf(connectionParams ?? {}, extra.request);
      extra.admitted = await pipeline.admit(extra.arrival);
      return true;
    },
    async onSubscribe({ extra }, _id, payload) {
      try {
        // Anew for each operation: the tenant may have switched its set, or been suspended, since the connection began.
        extra.admitted = await pipeline.admit(extra.arrival ?? {});
        const operation = readOperation(payload, extra.admitted.variant);
        return {
          schema: extra.admitted.variant.supergraph.apiSchema,
          document: operation.document,
          operationName: operation.operationName,
          contextValue: { operation, admitted: extra.admitted, arrival: extra.arrival },
        };
      } catch (error) {
        if (error instanceof GraphQLError) return [forClients(error)];
        throw error;
      }
    },
    execute: async (args) => {
      const { operation, admitted } = args.contextValue as Running;
      return refusedAsResult(() => pipeline.answer(operation, { admitted, requestId: newRequestId() }));
    },
    subscribe: (args) => {
      const { operation, admitted, arrival } = args.contextValue as Running;
      const context: RequestContext = { admitted, requestId: newRequestId() };
      return refusedAsLastResult(watchedStream(operation, context, pipeline, () => pipeline.admit(arrival)));
    },
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (new URL(request.url ?? '/', 'http://x').pathname !== '/graphql') return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      let alive = true;
      const extra: Extra = { request };
      client.on('pong', () => {
        alive = true;
      });
      const ping = setInterval(() => {
        if (!alive) return client.terminate();
        alive = false;
        client.ping();
      }, pingMs);
      const closed = protocol.opened(
        {
          protocol: client.protocol,
          send: (data) => sendThenEnd(client, data),
          close: (code, reason) => client.close(code, reason),
          onMessage: (handle) => {
            client.on('message', (message) => {
              handle(String(message)).catch((error: unknown) => {
                if (error instanceof GraphQLError) return client.close(codeOf(error), String(error.extensions.code));
                log.error({ error }, 'a WebSocket message failed');
                return client.close(CloseCode.InternalServerError, 'INTERNAL_SERVER_ERROR');
              });
            });
          },
        },
        extra,
      );
      client.on('error', (error) => log.debug({ error }, 'a WebSocket broke'));
      client.once('close', (code, reason) => {
        clearInterval(ping);
        void closed(code, String(reason));
      });
    });
  };
  server.on('upgrade', upgrade);
  return {
    async stop() {
      server.off('upgrade', upgrade);
      for (const client of sockets.clients) client.close(1001, 'the gateway stops');
      await new Promise<void>((resolve) => setTimeout(resolve, 100));
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
};

interface Running {
  readonly operation: Operation;
  readonly admitted: Admitted;
  readonly arrival: Arrival;
}

const codeOf = (error: GraphQLError): number => closeCodes[String(error.extensions.code)] ?? 4403;

const arrivalOf = ({ authorization, tenantSlug }: Record<string, unknown>, { headers, socket }: IncomingMessage): Arrival => ({
  ...(authorization !== undefined && { authorization: String(authorization) }),
  ...(typeof tenantSlug === 'string' && { slug: tenantSlug }),
  host: headers.host,
  address: socket.remoteAddress,
});

/** A stream that lost its right gets the error first; then the whole connection ends with the code as its reason. */
const sendThenEnd = (client: import('ws').WebSocket, data: string): Promise<void> =>
  new Promise((resolve, reject) => {
    client.send(data, (error) => (error ? reject(error) : resolve()));
    const code = endingOf(data);
    if (code) setTimeout(() => client.close(closeCodes[code] ?? 4403, code), 250);
  });

const endingOf = (data: string): string | undefined => {
  if (!data.includes('"errors"')) return undefined;
  const { type, payload } = JSON.parse(data) as {
    type: string;
    payload?: { errors?: { extensions?: { code?: string } }[]; data?: unknown };
  };
  const code = type === 'next' && payload?.data === undefined ? payload?.errors?.[0]?.extensions?.code : undefined;
  return code && endings.has(code) ? code : undefined;
};

const refusedAsResult = async (work: () => Promise<ExecutionResult>): Promise<ExecutionResult> => {
  try {
    return await work();
  } catch (error) {
    return { errors: [clientError(error)] };
  }
};

async function* refusedAsLastResult(results: AsyncGenerator<ExecutionResult>): AsyncGenerator<ExecutionResult> {
  try {
    yield* results;
  } catch (error) {
    yield { errors: [clientError(error)] };
  }
}

const clientError = (error: unknown): GraphQLError =>
  forClients(error instanceof GraphQLError ? error : new Refusal('INTERNAL_SERVER_ERROR'));
