import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { anonymous } from '@plexica/plugin-kit';
import { buildSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { createHttpConnection, type HttpConnectionOptions } from './http-connection.ts';
import { allOf } from './test/all-of.ts';
import { aCaller } from './test/composed.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const json = (response: ServerResponse, body: unknown, status = 200, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
};

const listen = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/graphql?v=1`;
};

const aPlugin = async (handle: Handler, options: Partial<HttpConnectionOptions> = {}) => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handle(request, response, Buffer.concat(chunks).toString()));
  });
  server.on('connection', (socket) => sockets.add(socket));
  return connect(server, sockets, options);
};

const connect = async (server: Server, sockets: Set<Socket>, options: Partial<HttpConnectionOptions> = {}) => {
  const url = await listen(server);
  const withTimeout = (timeoutMs: number) =>
    createHttpConnection({ name: 'crm', url, token: async () => 'minted', maxResponseBytes: 10_000, ...options, timeoutMs });
  const connection = withTimeout(options.timeoutMs ?? 500);
  const stop = async (): Promise<void> => {
    await connection.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { connection, withTimeout, sockets, server, [Symbol.asyncDispose]: stop };
};

describe('a subgraph over HTTP', () => {
  it('is not sent what waited for a socket until nobody waits for its answer', async () => {
    const seen: string[] = [];
    const dispatcher = new Agent({ connections: 1 });
    await using plugin = await aPlugin(
      (_, response, body) => {
        seen.push(JSON.parse(body).query);
        setTimeout(() => json(response, { data: { answered: true } }), body.includes('slow') ? 600 : 0);
      },
      { dispatcher, timeoutMs: 5_000 },
    );
    const impatient = plugin.withTimeout(150);

    const slow = plugin.connection.request({ query: '{ slow }' }, aCaller());
    await sleep(50);
    await expect(impatient.request({ query: 'mutation { late }' }, aCaller())).rejects.toThrow('no answer within 150 ms');
    await slow;
    await plugin.connection.request({ query: '{ next }' }, aCaller());

    expect(seen).toEqual(['{ slow }', '{ next }']);
    await dispatcher.close();
  });

  it('is sent the operation, the minted token and the request id, and nothing of the client', async () => {
    const seen: { headers: IncomingMessage['headers']; body: string; url: string | undefined }[] = [];
    await using plugin = await aPlugin(({ headers, url }, response, body) => {
      seen.push({ headers, body, url });
      json(response, { data: { a: 1 } }, 200, 'application/graphql-response+json; charset=utf-8');
    });

    const answer = await plugin.connection.request(
      { query: '{ a }', variables: { x: 1 } },
      aCaller({ requestId: 'r1', traceparent: 't1' }),
    );

    expect(answer).toEqual({ data: { a: 1 } });
    expect(seen[0]?.url).toBe('/graphql?v=1');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ query: '{ a }', variables: { x: 1 } });
    expect(seen[0]?.headers).toMatchObject({ 'plexica-token': 'minted', 'x-request-id': 'r1', traceparent: 't1' });
    expect(Object.keys(seen[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'plexica-token',
      'traceparent',
      'x-request-id',
    ]);
  });

  it('is not blamed for the time that this process was held up', async () => {
    const slow = `const { createServer } = require('node:http');
      const server = createServer((_, response) => setTimeout(() => response.setHeader('content-type', 'application/json').end('{"data":{"a":1}}'), 100));
      server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));`;
    const thread = new Worker(slow, { eval: true });
    const [port] = await once(thread, 'message');
    const url = `http://127.0.0.1:${port}/graphql`;
    const connection = createHttpConnection({ name: 'crm', url, token: async () => 'minted', timeoutMs: 400, maxResponseBytes: 10_000 });
    await connection.request({ query: '{ a }' }, aCaller());

    const answer = connection.request({ query: '{ a }' }, aCaller());
    await sleep(20);
    // As a callback of a socket would: timers come next, what arrived comes after them.
    await new Promise((resolve) => setImmediate(resolve));
    for (const until = Date.now() + 600; Date.now() < until; );

    expect(await answer).toEqual({ data: { a: 1 } });
    await connection.close();
    await thread.terminate();
  });

  it('is called over kept-alive sockets', async () => {
    await using plugin = await aPlugin((_, response) => json(response, { data: {} }));

    for (let call = 0; call < 20; call += 1) await plugin.connection.request({ query: '{ a }' }, aCaller());

    // The next call may leave before the last socket is free again.
    expect(plugin.sockets.size).toBeLessThanOrEqual(2);
  });

  it('passes GraphQL errors on, also with a client error status', async () => {
    const errors = [{ message: 'No', extensions: { code: 'FORBIDDEN' } }];
    await using plugin = await aPlugin((_, response) => json(response, { errors }, 403));

    expect(await plugin.connection.request({ query: '{ a }' }, aCaller())).toEqual({ errors });
  });

  it.each<[string, Handler, string]>([
    ['too slow', () => undefined, 'no answer within 100 ms'],
    [
      'too slow in the middle',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":'),
      'no answer within',
    ],
    ['too large', (_, response) => json(response, { data: 'x'.repeat(20_000) }), 'larger than 10000 bytes'],
    [
      'too large without saying so',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.alloc(20_000)),
      'larger than',
    ],
    [
      'a redirect',
      (_, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'redirects are not followed',
    ],
    ['a server error', (_, response) => json(response, { errors: [{ message: 'x' }] }, 503), 'it answered 503'],
    ['a page', (_, response) => json(response, '<html>', 200, 'text/html'), 'text/html in place of JSON'],
    ['cut off', (_, response) => json(response, '{"data":{'), 'JSON'],
    ['not GraphQL', (_, response) => json(response, [1, 2]), 'not GraphQL'],
    ['data that is no object', (_, response) => json(response, { data: 'x' }), 'not GraphQL'],
    ['no data, and no error', (_, response) => json(response, { data: null, errors: [] }), 'neither data nor an error'],
    ['errors that are none', (_, response) => json(response, { errors: 'x' }), 'not GraphQL'],
    ['a closed socket', (request) => void request.socket.destroy(), 'closed'],
  ])('does not answer when its answer is %s', async (_, handle, reason) => {
    await using plugin = await aPlugin(handle, { timeoutMs: 100 });

    const answer = plugin.connection.request({ query: '{ a }' }, aCaller());

    await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'crm', message: expect.stringContaining(reason) });
  });

  it('does not answer when nobody listens', async () => {
    const connection = createHttpConnection({
      name: 'crm',
      url: 'http://127.0.0.1:1/',
      token: async () => undefined,
      timeoutMs: 500,
      maxResponseBytes: 10,
    });

    await expect(connection.request({ query: '{ a }' }, aCaller())).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    await connection.close();
  });

  it('is not waited for when the caller has gone', async () => {
    await using plugin = await aPlugin(() => undefined, { timeoutMs: 5_000 });
    const gone = new AbortController();

    const answer = plugin.connection.request({ query: '{ a }' }, aCaller({ signal: gone.signal }));
    setTimeout(() => gone.abort(), 20);

    await expect(answer).rejects.toThrow('the caller has gone');
  });
});

describe('a stream over HTTP', () => {
  const schema = buildSchema('type Query { a: Int } type Subscription { ticks(to: Int!): Int }');
  const streaming = (stopped: { count: number }) =>
    createServer(
      createHandler({
        schema,
        context: () => ({ claims: anonymous }),
        onSubscribe: () => undefined,
        subscribe: async ({ variableValues }) =>
          (async function* () {
            try {
              for (let tick = 1; tick <= Number(variableValues?.to); tick += 1) yield { data: { ticks: tick } };
              if (Number(variableValues?.to) > 2) await sleep(60_000, undefined, { ref: false });
            } finally {
              stopped.count += 1;
            }
          })(),
      }),
    );
  const query = 'subscription ($to: Int!) { ticks(to: $to) }';

  it('carries the events of a graphql-sse server to their end', async () => {
    await using plugin = await connect(streaming({ count: 0 }), new Set());

    const events = await allOf(plugin.connection.subscribe({ query, variables: { to: 2 } }, aCaller()));

    expect(events).toEqual([{ data: { ticks: 1 } }, { data: { ticks: 2 } }]);
  });

  it('ends at the server when the caller has gone', async () => {
    const closed = Promise.withResolvers<void>();
    await using plugin = await aPlugin((_, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: next\ndata: {"data":{"ticks":1}}\n\n');
    });
    const gone = new AbortController();

    const events: unknown[] = [];
    for await (const event of plugin.connection.subscribe({ query, variables: { to: 3 } }, aCaller({ signal: gone.signal }))) {
      events.push(event);
      gone.abort();
    }
    await closed.promise;

    expect(events).toHaveLength(1);
  });

  it('tells that it broke off', async () => {
    await using plugin = await aPlugin((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('event: next\ndata: {"data":{"ticks":1}}\n\n');
    });

    await expect(allOf(plugin.connection.subscribe({ query }, aCaller()))).rejects.toThrow('the stream broke off');
  });

  it('answers a refusal in plain JSON as its only event', async () => {
    await using plugin = await aPlugin((_, response) => json(response, { errors: [{ message: 'No' }] }, 403));

    expect(await allOf(plugin.connection.subscribe({ query }, aCaller()))).toEqual([{ errors: [{ message: 'No' }] }]);
  });

  it('outlives the time an answer may take', async () => {
    await using plugin = await aPlugin(
      async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
        await sleep(150);
        response.end('event: next\ndata: {"data":{"ticks":1}}\n\nevent: complete\ndata:\n\n');
      },
      { timeoutMs: 100 },
    );

    expect(await allOf(plugin.connection.subscribe({ query }, aCaller()))).toHaveLength(1);
  });
});
