import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { aSocket, ask, send, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { whoReadsNothing } from '../test/a-raw-client.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

let tenants = 0;
/** A tenant of its own, so that what happens to it happens to no other test. */
const aTenant = async (claims: Parameters<TestGateway['issuer']['token']>[1] = {}) => {
  const slug = `tenant-${++tenants}`;
  gateway.directory.setTenant(slug, gateway.issuer.realm(slug));
  const token = await gateway.issuer.token(slug, { session: slug, ...claims });
  return { slug, token, params: { authorization: `Bearer ${token}`, tenantSlug: slug } };
};
const codeOf = (result: { errors?: { extensions: { code: string } }[] } | undefined) => result?.errors?.[0]?.extensions.code;
const transports = ['ws', 'sse'] as const;

describe.each(transports)('a subscription over %s', (transport) => {
  it('brings events with what they lead to, until its client leaves', async () => {
    const { slug, params } = await aTenant();
    const before = gateway.open.streams;
    const stream = watch(transport, gateway, 'subscription { ticks { count tenant { slug } } }', params);

    await until(() => stream.results.length >= 3);

    expect(stream.results[0]).toEqual({ data: { ticks: { count: 1, tenant: { slug } } } });
    expect(gateway.open.streams).toBe(before + 1);
    stream.stop();
    await until(() => gateway.open.streams === before);
  });

  it('leaves nothing behind when its client leaves between two events', async () => {
    const { params } = await aTenant();
    const before = gateway.open.streams;
    const stream = watch(transport, gateway, 'subscription { silence }', params);
    await until(() => gateway.open.streams === before + 1);
    stream.stop();
    await until(() => gateway.open.streams === before);
  });

  it('ends within five seconds when the tenant is suspended, with the reason, also when nobody tells', async () => {
    const { slug, params } = await aTenant();
    const before = gateway.open.streams;
    const streams = ['ticks { count }', 'silence'].map((field) => watch(transport, gateway, `subscription { ${field} }`, params));
    await until(() => streams[0]?.results.length && gateway.open.streams === before + 2);

    gateway.directory.setTenant(slug, { status: 'SUSPENDED' }, { silently: true });

    const started = performance.now();
    const endings = await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const { results } of streams) {
      expect(results.at(-1)?.data).toBeUndefined();
      expect(codeOf(results.at(-1))).toBe('TENANT_SUSPENDED');
    }
    expect(endings).toHaveLength(2);
    await until(() => gateway.open.streams === before);
  });

  it('ends when the session is revoked, and at the end of the token', async () => {
    const revoked = await aTenant();
    const first = watch(transport, gateway, 'subscription { silence }', revoked.params);
    const short = await aTenant({ expiresInSeconds: -3 });
    const second = watch(transport, gateway, 'subscription { ticks { count } }', short.params);
    await until(() => second.results.length);

    gateway.directory.revoke(revoked.slug);

    await Promise.all([first.ended, second.ended]);
    expect([codeOf(first.results.at(-1)), codeOf(second.results.at(-1))]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('begins with any token that a request would begin with, and goes on for as long', async () => {
    const { token, params } = await aTenant({ expiresInSeconds: -2 });
    const request = await ask(gateway, '{ me { id } }', token);
    const stream = watch(transport, gateway, 'subscription { ticks(every: 50) { count } }', params);
    await until(() => stream.results.length >= 15);
    expect([request.codes, stream.results.some(({ errors }) => errors)]).toEqual([[], false]);

    await stream.ended;

    expect(codeOf(stream.results.at(-1))).toBe('UNAUTHENTICATED');
    expect((await ask(gateway, '{ me { id } }', token)).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('ends when its permission is taken away', async () => {
    const subject = `watcher-${transport}`;
    gateway.directory.setUser(subject, { permissions: ['ticks.read'] });
    const { params } = await aTenant({ subject });
    const stream = watch(transport, gateway, 'subscription { guardedTicks }', params);
    await until(() => stream.results.length);

    gateway.directory.setUser(subject, { permissions: [] });

    await until(() => codeOf(stream.results.at(-1)) === 'FORBIDDEN');
    stream.stop();
  });

  it('says why it does not begin', async () => {
    const { params } = await aTenant();
    const answers = [
      ['subscription { guardedTicks }', 'FORBIDDEN'],
      ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { ', 'GRAPHQL_PARSE_FAILED'],
      [`subscription { ticks { ${'count '.repeat(2_001)} } }`, 'COST_EXCEEDED'],
    ] as const;
    for (const [query, code] of answers) {
      const stream = watch(transport, gateway, query, params);
      await until(() => stream.results.length);
      expect([query.slice(0, 40), codeOf(stream.results[0])]).toEqual([query.slice(0, 40), code]);
      stream.stop();
    }
    const nobody = watch(transport, gateway, 'subscription { ticks { count } }');
    await until(() => nobody.results.length);
    expect(codeOf(nobody.results[0])).toBe('UNAUTHENTICATED');
    nobody.stop();
  });

  it('answers queries and mutations, too', async () => {
    const { slug, params } = await aTenant();
    const query = watch(transport, gateway, '{ me { id } tenant { slug } broken }', params);
    await until(() => query.results.length);
    expect(query.results[0]).toMatchObject({ data: { me: { id: 'user-1' }, tenant: { slug }, broken: null } });
    expect(codeOf(query.results[0])).toBe('INTERNAL_SERVER_ERROR');
    query.stop();
  });

  it('stays open over a switch that leaves it valid, without a gap', async () => {
    const { slug, params } = await aTenant();
    const stream = watch(transport, gateway, 'subscription { ticks { count } }', params);
    const announcement = watch(transport, gateway, 'subscription { supergraphChanged }', params);
    await until(() => stream.results.length && announcement.results.length);

    const before = stream.results.length;
    gateway.switchTo(slug, 'core+analytics');
    await until(() => stream.results.length > before + 20, 20_000);

    const counts = stream.results.map(({ data }) => data.ticks.count);
    expect(counts).toEqual(counts.map((_, index) => index + 1));
    expect(announcement.results.every(({ errors }) => !errors)).toBe(true);
    stream.stop();
    announcement.stop();
  });

  it('ends by SUPERGRAPH_CHANGED when a switch takes its field away, and no other does', async () => {
    const { slug, params } = await aTenant();
    gateway.switchTo(slug, 'core+analytics');
    const plugin = watch(transport, gateway, 'subscription { analyticsTicks }', params);
    const core = watch(transport, gateway, 'subscription { ticks { count } }', params);
    await until(() => plugin.results.length && core.results.length);
    expect(plugin.results[0]).toEqual({ data: { analyticsTicks: 1 } });

    gateway.switchTo(slug, 'core');

    await plugin.ended;
    expect(codeOf(plugin.results.at(-1))).toBe('SUPERGRAPH_CHANGED');
    const seen = core.results.length;
    await until(() => core.results.length > seen + 3);
    expect(core.results.every(({ errors }) => !errors)).toBe(true);
    core.stop();
  });

  it('ends by SUPERGRAPH_CHANGED when a switch asks for an argument that it does not give', async () => {
    const { slug, params } = await aTenant();
    const core = aCore();
    const field = 'batches(every: Int): [Int!]';
    const sdl = composeSet([{ ...core, sdl: core.sdl.replace(field, `${field} @listSize(slicingArguments: ["every"])`) }]);
    gateway.directory.addSet({ hash: `sliced-${transport}`, audience: 'tenant', sdl, subgraphs: ['home'] });
    const stream = watch(transport, gateway, 'subscription { batches }', params);
    await until(() => stream.results.length);

    gateway.directory.setTenant(slug, { supergraph: `sliced-${transport}` });

    await stream.ended;
    expect(codeOf(stream.results.at(-1))).toBe('SUPERGRAPH_CHANGED');
    expect(stream.results.slice(0, -1).every(({ errors }) => !errors)).toBe(true);
  });
});

describe('a WebSocket', () => {
  it('is closed at once for a bad token, an unknown tenant and a suspended one', async () => {
    const { slug, token } = await aTenant();
    const other = await aTenant();
    const suspended = await aTenant();
    gateway.directory.setTenant(suspended.slug, { status: 'SUSPENDED' });
    const closed = (params: Record<string, unknown>) => watch('ws', gateway, 'subscription { silence }', params).ended;
    for (const authorization of ['', 'Bearer x.y.z', null, 7]) {
      expect(await closed({ authorization, tenantSlug: slug })).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    }
    const unknown = await closed({ authorization: `Bearer ${token}`, tenantSlug: 'nobody-here' });
    expect(unknown).toEqual({ code: 4404, reason: 'TENANT_NOT_FOUND' });
    expect(await closed({ authorization: `Bearer ${token}`, tenantSlug: other.slug })).toEqual(unknown);
    expect(await closed({ authorization: `Bearer ${token}`, tenantSlug: { toString: 'x' } })).toEqual(unknown);
    expect(await closed(suspended.params)).toEqual({ code: 4403, reason: 'TENANT_SUSPENDED' });
  });

  it('ends with the reason of its stream once the client has read it', async () => {
    const { slug, params } = await aTenant();
    const stream = watch('ws', gateway, 'subscription { ticks { count } }', params);
    await until(() => stream.results.length);
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const messages: { type: string; payload?: unknown }[] = [];
    const closed = new Promise<[number, string]>((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: params }));
    await until(() => messages.some(({ type }) => type === 'connection_ack'));
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { silence }' } }));
    await new Promise((resolve) => setTimeout(resolve, 100));

    gateway.directory.setTenant(slug, { status: 'SUSPENDED' });

    expect(await closed).toEqual([4403, 'TENANT_SUSPENDED']);
    expect(messages.map(({ type }) => type)).toEqual(['connection_ack', 'next', 'complete']);
    expect(messages[1]?.payload).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'TENANT_SUSPENDED' } })] });
    await stream.ended;
  });

  it('goes on with the token that a ping brings, of the same user alone', async () => {
    const { slug, token } = await aTenant({ expiresInSeconds: -3 });
    const opened = async (authorization: string) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const messages: { type: string; payload?: { errors?: unknown } }[] = [];
      const closed = new Promise<unknown>((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
      socket.on('message', (data) => messages.push(JSON.parse(String(data))));
      await new Promise((resolve) => socket.once('open', resolve));
      const send = (message: object) => socket.send(JSON.stringify(message));
      send({ type: 'connection_init', payload: { authorization, tenantSlug: slug } });
      await until(() => messages.some(({ type }) => type === 'connection_ack'));
      send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks { count } }' } });
      return { socket, messages, closed, send };
    };
    const [first, second, third] = await Promise.all([token, token, token].map((each) => opened(`Bearer ${each}`)));

    first?.send({ type: 'ping', payload: { authorization: `Bearer ${await gateway.issuer.token(slug, { session: slug })}` } });
    second?.send({ type: 'ping', payload: { authorization: `Bearer ${await gateway.issuer.token(slug, { subject: 'root' })}` } });

    expect(await second?.closed).toEqual([4403, 'FORBIDDEN']);
    expect(await third?.closed).toEqual([4401, 'UNAUTHENTICATED']);
    const seen = first?.messages.length ?? 0;
    await until(() => (first?.messages.length ?? 0) > seen + 20);
    expect(first?.messages.some(({ payload }) => payload?.errors)).toBe(false);
    first?.socket.close();
  });

  it('ends with its token, also where nothing is asked over it', async () => {
    const { slug, token } = await aTenant({ expiresInSeconds: -3 });
    const opened = () => aSocket(gateway, { authorization: `Bearer ${token}`, tenantSlug: slug });
    const [quiet, renewed] = await Promise.all([opened(), opened()]);
    renewed.say({ type: 'ping', payload: { authorization: `Bearer ${await gateway.issuer.token(slug, { session: slug })}` } });

    expect(await quiet.closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    renewed.say({ type: 'subscribe', id: '1', payload: { query: '{ me { id } }' } });
    await until(() => renewed.heard.some(({ type }) => type === 'next'));
  });

  it('goes on with its streams, however late the ping that renews its token', async () => {
    await using own = await startGateway({ timing: { watch: 60_000 } });
    const authorization = async (expiresInSeconds: number) => `Bearer ${await own.issuer.token('acme', { expiresInSeconds })}`;
    const { say, heard, closed } = await aSocket(own, { authorization: await authorization(-3) });
    say({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks(every: 500) { count } }' } });
    say({ type: 'ping', payload: { authorization: await authorization(-1) } });

    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(heard.filter(({ type, payload }) => type !== 'pong' && JSON.stringify(payload)?.includes('errors'))).toEqual([]);
    expect(await closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(JSON.stringify(heard)).toContain('The access token has expired.');
  });

  it('is cut off when its client asks on and on, and reads nothing', async () => {
    await using own = await startGateway({ rateLimits: { readingPerAddress: 1_000_000, readingPerTenant: 1_000_000 } });
    const socket = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(900_000) } });
    socket.send(ping);
    await new Promise((resolve) => socket.once('message', resolve));
    socket.pause();

    let sent = 0;
    for (; sent < 200 && socket.readyState === WebSocket.OPEN; sent += 1) {
      await new Promise<void>((resolve) => {
        socket.send(ping, () => resolve());
        setTimeout(resolve, 1_000).unref();
      });
    }
    socket.resume();

    await closed;
    expect(sent).toBeLessThan(100);
  });

  it('is one of 500 that a user may have open, and gives its place back', async () => {
    const { params } = await aTenant({ subject: 'root' });
    const opened: WebSocket[] = [];
    const open = async () => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      opened.push(socket);
      const answer = new Promise((resolve) => {
        socket.once('message', (data) => resolve(JSON.parse(String(data)).type));
        socket.once('close', (code, reason) => resolve([code, String(reason)]));
      });
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(JSON.stringify({ type: 'connection_init', payload: params }));
      return answer;
    };
    const answers: unknown[] = [];
    for (let times = 0; times < 10; times += 1) answers.push(...(await Promise.all(Array.from({ length: 50 }, open))));
    expect(new Set(answers)).toEqual(new Set(['connection_ack']));

    expect(await open()).toEqual([1013, 'RATE_LIMITED']);
    opened[0]?.close();
    await until(() => opened[0]?.readyState === WebSocket.CLOSED);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await open()).toBe('connection_ack');
    for (const socket of opened) socket.terminate();
  });

  it('is one of so many of an address that have not said who they are, until it says so or is gone', async () => {
    await using own = await startGateway({ trustedProxies: ['loopback'], unnamedConnections: { perAddress: 20, inAll: 21 } });
    const authorization = `Bearer ${await own.issuer.token('acme')}`;
    const opened: WebSocket[] = [];
    const open = async (from = '203.0.113.1') => {
      const headers = { 'x-forwarded-for': from };
      const socket = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
      opened.push(socket);
      const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
      await new Promise((resolve) => socket.once('open', resolve));
      return { closed, soon: () => Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 200, 'open'))]) };
    };
    const first = await Promise.all(Array.from({ length: 20 }, () => open()));
    expect(new Set(await Promise.all(first.map(({ soon }) => soon())))).toEqual(new Set(['open']));

    expect(await (await open()).closed).toEqual([1013, 'RATE_LIMITED']);
    expect(own.log()).toContain('"RATE_LIMITED"');
    expect(await (await open('203.0.113.2')).soon()).toBe('open');
    expect(await (await open('203.0.113.3')).closed).toEqual([1013, 'RATE_LIMITED']);
    const answered = new Promise((resolve) => opened[0]?.once('message', (data) => resolve(JSON.parse(String(data)).type)));
    opened[0]?.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    expect(await answered).toBe('connection_ack');
    expect(await (await open()).soon()).toBe('open');
    expect(await (await open()).closed).toEqual([1013, 'RATE_LIMITED']);
    opened[1]?.terminate();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await (await open()).soon()).toBe('open');
    for (const socket of opened) socket.terminate();
  });

  it('is what asks for one at its place; whatever else offers another protocol is answered as if it had not', async () => {
    const { token } = await aTenant();
    const { port } = new URL(gateway.url);
    const answered = async (start: string, headers: readonly string[], body = '') => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => {
        text += data;
      });
      socket.write([start, 'host: x', ...headers, `content-length: ${body.length}`, '', body].join('\r\n'));
      await until(() => /^HTTP\/1\.1 \d+/.test(text) && text.includes('\r\n\r\n'), 5_000);
      socket.destroy();
      return text;
    };
    const clearText = ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAAP__'];
    const asked = ['content-type: application/json', `authorization: Bearer ${token}`];

    expect(await answered('POST /graphql HTTP/1.1', [...clearText, ...asked], '{"query":"{ me { id } }"}')).toContain('"user-1"');
    expect(await answered('GET /elsewhere HTTP/1.1', ['connection: upgrade', 'upgrade: websocket'])).toContain('404');
  });

  it('survives what no client sends', async () => {
    const { port } = new URL(gateway.url);
    for (const target of ['//', '/graphql', '/elsewhere', 'http://[', '/graphql?x=%']) {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      const lines = [
        'connection: upgrade',
        'upgrade: websocket',
        'sec-websocket-version: 13',
        'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
      ];
      socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\n\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.resetAndDestroy();
    }
    const { token } = await aTenant();
    expect((await ask(gateway, '{ me { id } }', token)).status).toBe(200);
  });
});

describe('server-sent events', () => {
  it('are refused as HTTP while nothing streams yet', async () => {
    const events = { accept: 'text/event-stream' };
    expect((await ask(gateway, 'subscription { silence }', 'x.y.z', events)).status).toBe(401);
    const { token } = await aTenant();
    const elsewhere = await ask(gateway, 'subscription { silence }', token, { ...events, 'x-tenant-slug': 'nobody-here' });
    expect([elsewhere.status, elsewhere.codes]).toEqual([404, ['TENANT_NOT_FOUND']]);
  });

  it('are for subscriptions where a client takes JSON as well', async () => {
    const { token } = await aTenant();
    const both = { accept: 'application/graphql-response+json, application/json, text/event-stream' };
    const query = await ask(gateway, '{ me { id } }', token, both);
    expect([query.data, query.headers.get('content-type')]).toEqual([{ me: { id: 'user-1' } }, expect.stringContaining('json')]);
    const refused = await send(gateway, JSON.stringify({ query: 'subscription { guardedTicks }' }), {
      authorization: `Bearer ${token}`,
      ...both,
    });
    expect(refused.headers.get('content-type')).toContain('text/event-stream');
    expect(refused.text).toContain('event: next\ndata: {"errors":[');
    expect(refused.text).toMatch(/event: complete\ndata:\n\n$/);
  });

  it('are given up for a client that reads nothing any more', async () => {
    await using own = await startGateway({ timing: { unread: 500 } });
    const long = Array.from({ length: 50 }, (_, at) => `a${at}${'x'.repeat(1_500)}: count`).join(' ');

    const client = await whoReadsNothing(own, { query: `subscription { ticks(every: 1) { ${long} } }` }, 'text/event-stream');
    await until(() => own.open.streams === 1);
    await until(() => own.open.streams === 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    expect(await client.comesBack()).toBeGreaterThan(0);
  });
});

describe('a large answer', () => {
  const large = {
    query: `query ($slug: String!) { ${Array.from({ length: 20 }, (_, at) => `a${at}: tenantSignIn(slug: $slug)`).join(' ')} }`,
    variables: { slug: 'x'.repeat(900_000) },
  };

  it('is given up for a client that reads nothing of it, and for nobody else', async () => {
    await using own = await startGateway({ timing: { unread: 500 } });

    const client = await whoReadsNothing(own, large, 'application/json');
    const reader = await ask(own, large.query, undefined, {}, large.variables);
    await new Promise((resolve) => setTimeout(resolve, 2_000));

    expect(reader.text.length).toBeGreaterThan(18_000_000);
    expect(await client.comesBack()).toBeLessThan(18_000_000);
    expect((await ask(own, '{ slow(ms: 700) }', await own.issuer.token('acme'))).data).toEqual({ slow: 'done' });
  });
});
