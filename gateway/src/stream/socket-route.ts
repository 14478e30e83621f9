import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { newRequestId } from '../http/arrival.ts';
import { createUnnamedConnections, type UnnamedLimits } from '../limits/unnamed-connections.ts';
import type { UnreadAnswers } from '../limits/unread-answers.ts';
import { anonymousPrincipal } from '../principal/principal.ts';
import { refusalOf } from '../problem.ts';
import { keepAlive } from './keep-alive.ts';
import { refusedConnection } from './refused-connection.ts';
import { type Connection, createSocketProtocol, type SocketDeps } from './socket-protocol.ts';
import { createSender } from './socket-sender.ts';
import { createTokenEnd } from './token-end.ts';

export interface SocketRouteDeps extends SocketDeps {
  readonly log: Logger;
  readonly unnamed?: UnnamedLimits;
  readonly unread: UnreadAnswers;
}

const path = '/graphql';
const messageBytes = 1_048_576;
/** Between the last word of a stream and the end of its connection, so that clients read the one before the other. */
const lastWordMs = 250;

const closeCodes: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 4401,
  TENANT_NOT_FOUND: 4404,
  SERVICE_UNAVAILABLE: 1013,
  RATE_LIMITED: 1013,
  INTERNAL_SERVER_ERROR: CloseCode.InternalServerError,
};
const forbidden = 4403;

/** Any other protocol that a client offers is passed over, as HTTP/2 in clear text, which Java's offers with each request. */
const asksForSocket = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'GET' && url?.split('?')[0] === path && headers.upgrade?.toLowerCase() === 'websocket';

/** `WS /graphql`. Connections enter the pipeline at the same step as requests. */
export const registerSocketRoute = (server: Server, deps: SocketRouteDeps) => {
  const { log, report } = deps;
  const protocol = createSocketProtocol(deps);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytes,
    handleProtocols: (offered) => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false),
  });

  const enter = createUnnamedConnections(deps.unnamed);
  const place = (client: WebSocket, request: IncomingMessage): (() => void) | undefined => {
    const { address } = deps.clientOf(request);
    const started = performance.now();
    try {
      return enter(address);
    } catch (error) {
      cutOff(client, refusedConnection(error, { address, started }, deps));
      return undefined;
    }
  };

  const open = (client: WebSocket, request: IncomingMessage) => {
    client.on('error', (error) => log.debug({ error }, 'a WebSocket broke'));
    const named = place(client, request);
    if (!named) return;
    const gone = new AbortController();
    const end = (error: GraphQLError): void => void setTimeout(() => close(client, error), lastWordMs).unref();
    const connection: Connection = { request, end, gone: gone.signal, named, tokenEnd: createTokenEnd(end) };
    const mayBeRead = ({ length }: string): boolean => {
      const { principal = anonymousPrincipal, arrival = deps.clientOf(request) } = connection;
      try {
        deps.pipeline.received({ principal, tenant: undefined, address: arrival.address }, length);
        return true;
      } catch (error) {
        cutOff(client, refusalOf(error, newRequestId(), report));
        return false;
      }
    };
    const ending = keepAlive(client);
    const sender = createSender(client, connection, deps.unread);
    const closed = protocol.opened(
      {
        protocol: client.protocol,
        send: sender.send,
        close: (code, reason) => client.close(code, reason),
        onMessage: (handle) => {
          client.on('message', (data) => {
            const message = String(data);
            if (client.readyState !== client.OPEN || !mayBeRead(message)) return;
            handle(message).catch((error: unknown) => {
              if (client.readyState === client.OPEN) close(client, refusalOf(error, newRequestId(), report));
            });
          });
        },
      },
      connection,
    );
    client.once('close', (code, reason) => {
      ending();
      gone.abort();
      named();
      connection.tokenEnd.stop();
      connection.leave?.();
      sender.stop();
      closed(code, String(reason)).catch((error: unknown) => report(error, newRequestId()));
    });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log.debug({ error }, 'a WebSocket broke before it was one'));
    sockets.handleUpgrade(request, socket, head, open);
  };
  // Of what nobody upgrades Node would hand out the bare socket, which nobody ends either.
  Object.assign(server, { shouldUpgradeCallback: asksForSocket });
  server.on('upgrade', upgrade);
  return {
    async stop() {
      server.off('upgrade', upgrade);
      Object.assign(server, { shouldUpgradeCallback: () => false });
      const clients = [...sockets.clients];
      for (const client of clients) client.close(1001, 'the gateway stops');
      if (clients.length) await new Promise<void>((resolve) => setTimeout(resolve, 100));
      for (const client of clients) client.terminate();
      sockets.close();
    },
  };
};

/** Whether or not it answers to that: of one too many nothing more is read. */
const cutOff = (client: WebSocket, error: GraphQLError): void => {
  close(client, error);
  client.pause();
  setTimeout(() => client.terminate(), lastWordMs).unref();
};

const close = (client: WebSocket, { extensions }: GraphQLError): void => {
  const code = String(extensions.code);
  client.close(closeCodes[code] ?? forbidden, code);
};
