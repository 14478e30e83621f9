import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, execute, GraphQLError, subscribe } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Claims, internalTokenHeader, requestIdHeader } from '../claims/claims.ts';
import type { TokenVerifier } from '../claims/token-verifier.ts';
import type { Documents } from './documents.ts';
import type { Subgraph, SubgraphCall, SubgraphContext } from './subgraph.ts';

export interface SocketDeps {
  readonly subgraph: Subgraph;
  readonly verifier: TokenVerifier;
  readonly documents: Documents;
  readonly report?: (error: unknown, call: { readonly requestId: string }) => void;
}

/** One socket of the gateway, for one caller. */
interface Link {
  readonly close: (code: number, reason: string) => void;
  token?: string;
  claims?: Claims;
  expiring?: NodeJS.Timeout;
}

const messageBytes = 5_000_000;
const path = '/graphql';

/** Subscriptions over graphql-transport-ws: one socket carries all of one caller. Its internal token is renewed by pings; without that the socket ends with it. */
export const serveSockets = (server: Server, { subgraph, verifier, documents, report }: SocketDeps) => {
  const accept = async (link: Link, payload: unknown): Promise<boolean> => {
    const token = (payload as Record<string, unknown> | undefined)?.[internalTokenHeader];
    const opened = typeof token === 'string' ? await verifier.open(token) : undefined;
    if (!opened || (link.claims && !isSame(link.claims, opened.claims))) return false;
    link.token = token as string;
    link.claims = opened.claims;
    clearTimeout(link.expiring);
    link.expiring = setTimeout(() => link.close(CloseCode.Unauthorized, 'Unauthorized'), Math.max(0, opened.expiresAt * 1000 - Date.now()));
    return true;
  };

  const contexts = new Map<unknown, SubgraphContext>();
  const protocol = makeServer<Record<string, unknown>, Link & { readonly id: string }>({
    connectionInitWaitTimeout: 5_000,
    async onConnect({ extra, connectionParams }) {
      if (await accept(extra, connectionParams)) return true;
      extra.close(CloseCode.Unauthorized, 'Unauthorized');
      return false;
    },
    async onPing({ extra }, payload) {
      if (!payload) return;
      // Where nobody can tell right now, the token of before goes on for as long as it lives.
      const accepted = await accept(extra, payload).catch((error: unknown) => {
        report?.(error, { requestId: '' });
        return true;
      });
      if (!accepted) extra.close(CloseCode.Unauthorized, 'Unauthorized');
    },
    async onSubscribe({ extra }, id, { query, variables, operationName, extensions }) {
      const { document, errors } = documents.of(query);
      if (!document) return errors ?? [];
      const call: SubgraphCall = {
        claims: extra.claims as Claims,
        requestId: textOf(extensions?.[requestIdHeader]) ?? '',
        traceparent: textOf(extensions?.traceparent),
        get token() {
          return extra.token;
        },
      };
      try {
        const context = await subgraph.contextFor(call);
        contexts.set(`${extra.id}|${id}`, context);
        return { schema: subgraph.schema, document, variableValues: variables, operationName, contextValue: context } as ExecutionArgs;
      } catch (error) {
        if (error instanceof GraphQLError) return [error];
        report?.(error, call);
        return [new GraphQLError('The subscription could not begin.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })];
      }
    },
    async onComplete({ extra }, id) {
      const key = `${extra.id}|${id}`;
      const context = contexts.get(key);
      contexts.delete(key);
      await context?.release?.();
    },
    execute,
    subscribe,
  });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    handleProtocols: (offered) => offered.has(spoken) && spoken,
  });
  const open = (socket: WebSocket) => {
    const link: Link & { readonly id: string } = { id: randomUUID(), close: (code, reason) => socket.close(code, reason) };
    const fail = (error: unknown): void => {
      report?.(error, { requestId: '' });
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => new Promise((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve()))),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => socket.on('message', (message) => void handle(String(message)).catch(fail)),
      },
      link,
    );
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      clearTimeout(link.expiring);
      void closed(code, String(reason)).catch(() => {});
    });
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    if (request.url?.split('?')[0] === path) sockets.handleUpgrade(request, socket, head, open);
    else socket.destroy();
  };
  server.on('upgrade', upgrade);
  return {
    stop() {
      server.off('upgrade', upgrade);
      for (const socket of sockets.clients) socket.close(1001, 'the service stops');
      sockets.close();
    },
  };
};

const spoken = 'graphql-transport-ws';

/** A socket never changes hands: a renewed token says the same of its caller. */
const isSame = (known: Claims, renewed: Claims): boolean => JSON.stringify(known) === JSON.stringify(renewed);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
