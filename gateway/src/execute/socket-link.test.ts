import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSubgraphServer, createTokenVerifier } from '@plexica/plugin-kit';
import { createLocalJWKSet } from 'jose';
import { getGlobalDispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../test/a-client.ts';
import { aKeyPair } from '../test/a-gateway.ts';
import { createHttpConnection, type HttpConnection } from './http-connection.ts';
import { openSocketLink } from './socket-link.ts';
import { allOf } from './test/all-of.ts';
import { aCaller, aSubgraph } from './test/composed.ts';

let open = 0;
const source = {
  typeDefs: 'type Query { a: Int } type Subscription { countTo(n: Int!): Int, silence: Int, who: String }',
  resolvers: {
    Subscription: {
      countTo: {
        async *subscribe(_: unknown, { n }: { n: number }) {
          for (let count = 1; count <= n; count += 1) yield { countTo: count };
        },
      },
      silence: {
        async *subscribe() {
          open += 1;
          try {
            await new Promise((resolve) => setTimeout(resolve, 20));
            for (;;) {
              yield { silence: 1 };
              await sleep(10);
            }
          } finally {
            open -= 1;
          }
        },
      },
      who: {
        async *subscribe(_: unknown, __: unknown, { call }: { call: { claims: { user: { id: string } | null } } }) {
          yield { who: call.claims.user?.id };
        },
      },
    },
  },
};
/** A subgraph of the kit, and a connection to it; its upgrades are counted. */
const aService = async ({ lifetimeSeconds = 60 } = {}) => {
  const keys = await aKeyPair();
  const jwks = (await keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0];
  const verifier = createTokenVerifier({ audience: 'clock', keys: createLocalJWKSet(jwks) });
  const server = await buildSubgraphServer({ subgraph: aSubgraph('clock', source), verifier });
  const upgrades: IncomingMessage[] = [];
  server.server.on('upgrade', (request) => void upgrades.push(request));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const connection = createHttpConnection({
    name: 'clock',
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`,
    token: ({ user }) => keys.sign({ sub: user?.id }, { audience: 'clock', expiresInSeconds: lifetimeSeconds }),
    timeoutMs: 2_000,
    maxResponseBytes: 100_000,
  });
  return {
    keys,
    connection,
    upgrades,
    server,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await server.close();
    },
  };
};

const user = (id: string) => aCaller({ claims: { ...aCaller().claims, user: { id, email: '', displayName: '' } } });
const counted = (connection: HttpConnection, n: number, caller = user('ada')) =>
  allOf(connection.subscribe({ query: 'subscription ($n: Int!) { countTo(n: $n) }', variables: { n } }, caller));

describe('subscriptions at a subgraph that speaks graphql-transport-ws', () => {
  it('share one socket per caller, each with its own events', async () => {
    await using service = await aService();
    const { connection, upgrades } = service;

    const [three, five, other] = await Promise.all([counted(connection, 3), counted(connection, 5), counted(connection, 1, user('bob'))]);

    expect([three.length, five.length, other]).toEqual([3, 5, [{ data: { countTo: 1 } }]]);
    expect(upgrades).toHaveLength(2);
    expect(await allOf(connection.subscribe({ query: 'subscription { who }' }, user('bob')))).toEqual([{ data: { who: 'bob' } }]);
    expect(upgrades).toHaveLength(2);
  });

  it('end at the subgraph when their caller leaves, and leave the others alone', async () => {
    await using service = await aService();
    const gone = new AbortController();
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const event of service.connection.subscribe(
        { query: 'subscription { silence }' },
        { ...user('ada'), signal: gone.signal },
      ))
        events.push(event);
    })();
    await until(() => events.length && open === 1);

    gone.abort();

    await reading;
    await until(() => open === 0);
    expect(await counted(service.connection, 2)).toHaveLength(2);
    expect(service.upgrades).toHaveLength(1);
  });

  it('tell once the subgraph listens, and what is wrong with the text', async () => {
    await using service = await aService();
    const opened = Promise.withResolvers<void>();
    const stream = service.connection.subscribe({ query: 'subscription { silence }' }, user('ada'), opened.resolve)[Symbol.asyncIterator]();
    void stream.next();
    await opened.promise;
    const refused = await allOf(service.connection.subscribe({ query: 'subscription { nothing }' }, user('ada')));
    expect(refused).toEqual([{ errors: [expect.objectContaining({ message: expect.stringContaining('nothing') })] }]);
    await stream.return?.();
  });

  it('break off when the service goes away', async () => {
    await using service = await aService();
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const event of service.connection.subscribe({ query: 'subscription { silence }' }, user('ada'))) events.push(event);
    })();
    const broken = expect(reading).rejects.toThrow('The subgraph "clock" does not answer');
    await until(() => events.length);
    await service.server.close();
    await broken;
  });
});

describe('a socket of the kit', () => {
  it('answers nobody without a token for it, and closes when its token is over', async () => {
    await using service = await aService({ lifetimeSeconds: 1 });
    const { WebSocket } = await import('undici');
    const { port } = service.server.server.address() as AddressInfo;
    const closed = (payload: object) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
        socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
        socket.addEventListener('close', ({ code }) => resolve(code));
      });
    expect(await closed({})).toBe(4401);
    expect(await closed({ 'plexica-token': 'x.y.z' })).toBe(4401);
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const event of service.connection.subscribe({ query: 'subscription { silence }' }, user('ada'))) events.push(event);
    })();
    await expect(reading).rejects.toThrow('4401');
  });
});

describe('a link', () => {
  it('outlives its token while that is renewed', async () => {
    await using service = await aService();
    const { port } = service.server.server.address() as AddressInfo;
    const token = () => service.keys.sign({}, { audience: 'clock', expiresInSeconds: 2 });
    const introduce = async () => ({ 'plexica-token': await token() });
    const url = `ws://127.0.0.1:${port}/graphql`;
    const link = await openSocketLink({ url, dispatcher: getGlobalDispatcher(), introduce, timeoutMs: 1_000, pingMs: 200 }, () => {});
    const { results, close } = link.subscribe({ query: 'subscription { silence }' });
    const until = Date.now() + 3_500;
    for await (const _ of results) if (Date.now() > until) close();
    link.close();
  });
});

describe('a subgraph that asks on and on whether somebody is there, and reads nothing', () => {
  it('is told so only as often as it may yet read', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
    const connected = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
    const heard: string[] = [];
    sockets.on('connection', (socket) => {
      socket.on('message', (text) => heard.push(JSON.parse(String(text)).type));
      socket.once('message', () => socket.send('{"type":"connection_ack"}'));
    });
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const link = await openSocketLink({ url, dispatcher: getGlobalDispatcher(), introduce: async () => ({}), timeoutMs: 1_000 }, () => {});
    const socket = await connected;

    socket.pause();
    // More than a connection holds by itself.
    link.subscribe({ query: 'x'.repeat(30_000_000) });
    for (let each = 0; each < 1_000; each += 1) socket.send('{"type":"ping"}');
    await sleep(500);
    socket.resume();
    await until(() => heard.includes('subscribe'));
    socket.send('{"type":"ping"}');
    await until(() => heard.includes('pong'));
    await sleep(100);

    expect(heard).toEqual(['connection_init', 'subscribe', 'pong']);
    link.close();
    sockets.close();
    server.close().closeAllConnections();
  });
});

describe('a subgraph that speaks server-sent events alone', () => {
  it('is asked for a socket once, not each time', async () => {
    let upgrades = 0;
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('event: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n');
    });
    server.on('upgrade', (_, socket) => {
      upgrades += 1;
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const connection = createHttpConnection({ name: 'old', url, token: async () => undefined, timeoutMs: 1_000, maxResponseBytes: 1_000 });

    for (let time = 0; time < 3; time += 1)
      expect(await allOf(connection.subscribe({ query: 'subscription { a }' }, aCaller()))).toEqual([{ data: { a: 1 } }]);

    expect(upgrades).toBe(1);
    await connection.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
