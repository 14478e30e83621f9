import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivePlugin } from '../directory/directory.ts';
import { aSubgraph } from '../execute/test/composed.ts';
import { aSocket, ask, send, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ timing: { plugin: 300 } });
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const install = (changes: Partial<ActivePlugin> = {}, slug = 'acme') =>
  gateway.directory.setTenant(slug, { supergraph: 'core+analytics', plugins: { analytics: gateway.installation(changes) } });
const jsonOf = (response: ServerResponse) => response.setHeader('content-type', 'application/json');
const bomb = gzipSync('x'.repeat(50_000_000));
const drip = (response: ServerResponse): void => {
  jsonOf(response);
  const dripping = setInterval(() => response.write(' '), 50);
  response.once('close', () => clearInterval(dripping));
};
const question = '{ tenant { slug analytics } me { id } }';
const callerSeen = async (asker = token) => JSON.parse((await ask(gateway, '{ analyticsCaller }', asker)).data.analyticsCaller);

/** A service that speaks HTTP and not what is expected of it. */
const aService = async (answer: RequestListener) => {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A plugin that never answers what is read, answers late what is written, and notes what becomes of both. */
const aSlowCrm = async (own: TestGateway) => {
  const asked: string[] = [];
  const service = await aService((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const kind = body.includes('mutation') ? 'write' : 'read';
      asked.push(kind);
      response.on('close', () => asked.push(`${kind} ${response.writableFinished ? 'finished' : 'given up'}`));
      if (kind === 'write') setTimeout(() => jsonOf(response).end('{"data":{"crmWrite":1}}'), 300);
    });
  });
  const crm = aSubgraph('crm', {
    federation: false,
    typeDefs: 'type Query { crmRead: Int } type Mutation { crmWrite: Int }',
    resolvers: {},
  });
  own.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
  own.directory.setTenant('acme', { supergraph: 'core+crm', plugins: { crm: own.installation({ url: service.url }) } });
  return { asked, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
};

describe('calling a plugin', () => {
  it('tells it who asks, with the permissions of its own and those it was granted, and no role', async () => {
    install({ grantedScopes: ['users.read', 'settings.write'], configurationVersion: 3 });
    expect(await callerSeen()).toMatchObject({
      tenant: { id: 'id-of-acme', slug: 'acme' },
      user: { id: 'user-1' },
      roles: [],
      permissions: ['analytics.read', 'users.read'],
      configurationVersion: 3,
    });
    install({ grantedScopes: [], configurationVersion: 4 });
    expect(await callerSeen()).toMatchObject({ permissions: ['analytics.read'], configurationVersion: 4 });
  });

  it('reuses its token for the same caller, and mints another when anything of them changes', async () => {
    install({ configurationVersion: 10 });
    const tokens = async () => {
      await ask(gateway, '{ analyticsCaller }', token);
      return gateway.pluginRequests.at(-1)?.headers['plexica-token'];
    };
    const first = await tokens();
    expect(await tokens()).toBe(first);
    install({ configurationVersion: 11 });
    const second = await tokens();
    gateway.directory.setUser('user-1', { permissions: ['users.read', 'analytics.write'] });
    const third = await tokens();
    gateway.directory.setUser('user-1', { permissions: ['users.read', 'analytics.read', 'audit.read'] });
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it.each<[string, RequestListener]>([
    ['hangs', () => {}],
    ['breaks off', (_, response) => void response.destroy()],
    ['speaks no HTTP', (_, response) => void response.socket?.end('\x00\x01 SSH-2.0-garbage\r\n\r\n')],
    ['sends a byte now and then', (_, response) => drip(response)],
    ['answers by an encoding nobody asked for', (_, response) => void jsonOf(response).setHeader('content-encoding', 'gzip').end(bomb)],
    ['answers a list', (_, response) => void jsonOf(response).end('[{"data":{}}]')],
    ['answers null', (_, response) => void jsonOf(response).end('null')],
    ['answers data that is no object', (_, response) => void jsonOf(response).end('{"data":[1]}')],
    ['answers without data or errors', (_, response) => void jsonOf(response).end('{"extensions":{}}')],
    ['answers ten thousand levels', (_, response) => void jsonOf(response).end(`{"data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)],
    ['promises more than it sends', (_, response) => void jsonOf(response).setHeader('content-length', '100').end('{"data":{}}')],
    ['answers a page', (_, response) => void response.setHeader('content-type', 'text/html').end('<p>')],
    ['answers broken JSON', (_, response) => void response.setHeader('content-type', 'application/json').end('{"data":')],
    ['answers 500', (_, response) => void response.writeHead(500).end()],
    ['redirects', (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    [
      'answers too much',
      (_, response) => void response.setHeader('content-type', 'application/json').end(`{"data":"${'x'.repeat(6_000_000)}"}`),
    ],
  ])('that %s costs only its own fields', async (_, answer) => {
    await using service = await aService(answer);
    install({ url: service.url });
    const started = performance.now();
    const { status, data, codes, text } = await ask(gateway, question, token);
    expect([status, data, codes]).toEqual([
      200,
      { tenant: { slug: 'acme', analytics: null }, me: { id: 'user-1' } },
      ['PLUGIN_UNAVAILABLE'],
    ]);
    expect(text).not.toContain('127.0.0.1');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('that hangs under load holds so many sockets at most, and holds up nothing of the core', async () => {
    let open = 0;
    let most = 0;
    await using service = await aService(({ socket }) => {
      most = Math.max(most, ++open);
      socket.once('close', () => (open -= 1));
    });
    await using own = await startGateway({ timing: { plugin: 3_000 } });
    const installed = { analytics: own.installation({ url: service.url }) };
    own.directory.setTenant('acme', { supergraph: 'core+analytics', plugins: installed });
    const asker = await own.issuer.token('acme');
    // Each its own, so that none shares what another is answered.
    const asked = Array.from({ length: 100 }, (_, index) => ask(own, `{ tenant { a${index}: analytics } me { id } }`, asker));
    for (const [index, { status, data, codes }] of (await Promise.all(asked)).entries())
      expect([status, data, codes]).toEqual([200, { tenant: { [`a${index}`]: null }, me: { id: 'user-1' } }, ['PLUGIN_UNAVAILABLE']]);
    expect(most).toBeGreaterThan(5);
    // One that is given up closes a moment after the next opens.
    expect(most).toBeLessThanOrEqual(40);
  });

  it('that hangs holds no more sockets, however often a tenant configures it anew', async () => {
    let open = 0;
    let most = 0;
    let came = 0;
    await using service = await aService(({ socket }) => {
      came += 1;
      most = Math.max(most, ++open);
      socket.once('close', () => (open -= 1));
    });
    await using own = await startGateway({ timing: { plugin: 1_500 } });
    const asker = await own.issuer.token('acme');
    const asked: Promise<unknown>[] = [];
    for (let configurationVersion = 1; configurationVersion <= 4; configurationVersion += 1) {
      const installed = { analytics: own.installation({ url: service.url, configurationVersion }) };
      own.directory.setTenant('acme', { supergraph: 'core+analytics', plugins: installed });
      const before = came;
      for (let each = 0; each < 32; each += 1) asked.push(ask(own, `{ tenant { a${configurationVersion}b${each}: analytics } }`, asker));
      await until(() => came - before >= 32, 400).catch(() => {});
    }
    await Promise.all(asked);
    expect(most).toBeLessThanOrEqual(40);
  });

  it('that nobody runs costs only its own fields', async () => {
    const gone = await aService(() => {});
    await gone[Symbol.asyncDispose]();
    install({ url: gone.url });
    const { data, codes } = await ask(gateway, question, token);
    expect([data, codes]).toEqual([{ tenant: { slug: 'acme', analytics: null }, me: { id: 'user-1' } }, ['PLUGIN_UNAVAILABLE']]);
  });

  it.each([
    ['entities that are none', '{"_entities":"none"}'],
    ['fewer entities than were asked for', '{"_entities":[]}'],
    ['entities of other types', '{"_entities":[{"__typename":"User","analytics":1}]}'],
    ['a text for a number', '{"_entities":[{"analytics":"many"}]}'],
    ['an object for a number', '{"_entities":[{"analytics":{"__proto__":{},"toString":1}}]}'],
    ['a list for a number', `{"_entities":[{"analytics":${'['.repeat(5_000)}${']'.repeat(5_000)}}]}`],
    ['lists without end for entities', `{"_entities":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`],
    ['for the core', '{"_entities":[{"slug":"forged","id":"other","analytics":1}],"tenant":{"slug":"forged"},"me":{"id":"forged"}}'],
    ['nothing', '{}'],
  ])('that answers %s blanks and forges nothing of the core', async (_, data) => {
    await using service = await aService((_, response) => void jsonOf(response).end(`{"data":${data}}`));
    install({ url: service.url });
    const answer = await ask(gateway, question, token);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ tenant: { slug: 'acme' }, me: { id: 'user-1' } });
    expect(typeof (answer.data.tenant.analytics ?? 0)).toBe('number');
  });

  it('is not asked for streams for a while once it keeps refusing them, and still answers', async () => {
    await using service = await aService((request, response) =>
      request.headers.accept === 'text/event-stream'
        ? void response.writeHead(503).end()
        : void jsonOf(response).end('{"data":{"analyticsCaller":"here"}}'),
    );
    install({ url: service.url });
    const refused = async () => {
      const stream = watch('sse', gateway, 'subscription { analyticsTicks }', { authorization: `Bearer ${token}` });
      await until(() => stream.results.length);
      stream.stop();
      return stream.results[0].errors?.[0].extensions.code;
    };
    for (let time = 0; time < 8; time += 1) expect(await refused()).toBe('PLUGIN_UNAVAILABLE');
    const asked = service.calls();
    await refused();
    expect(service.calls()).toBe(asked);
    expect((await ask(gateway, '{ analyticsCaller }', token)).data).toEqual({ analyticsCaller: 'here' });
  });

  it('that sends a byte now and then in place of a stream is given up as for an answer', async () => {
    await using service = await aService((_, response) => drip(response));
    install({ url: service.url });
    const stream = watch('sse', gateway, 'subscription { analyticsTicks }', { authorization: `Bearer ${token}` });
    await until(() => stream.results.length, 5_000);
    expect(stream.results[0].errors[0].extensions.code).toBe('PLUGIN_UNAVAILABLE');
    stream.stop();
  });

  it('goes to no address inside the platform’s network that nobody allowed, in whatever clothes', async () => {
    await using service = await aService((_, response) => void response.setHeader('content-type', 'application/json').end('{"data":{}}'));
    const { port } = new URL(service.url);
    for (const host of ['127.0.0.2', '2130706434', '0x7f.2', '[::ffff:127.0.0.2]', '0.0.0.0']) {
      install({ url: `http://${host}:${port}/graphql` });
      const over = await ask(gateway, question, token);
      expect([host, over.codes]).toEqual([host, ['PLUGIN_UNAVAILABLE']]);
      const stream = watch('ws', gateway, 'subscription { analyticsTicks }', { authorization: `Bearer ${token}` });
      await until(() => stream.results.length);
      expect(stream.results[0].errors[0].extensions.code).toBe('PLUGIN_UNAVAILABLE');
      stream.stop();
    }
    expect(service.calls()).toBe(0);
    install({ url: service.url });
    await ask(gateway, question, token);
    expect(service.calls()).toBe(1);
  });

  it('stops for a while when it keeps failing, for that tenant alone', async () => {
    await using service = await aService((_, response) => void response.writeHead(503).end());
    install({ url: service.url });
    install({}, 'globex');
    for (let time = 0; time < 12; time += 1) expect((await ask(gateway, question, token)).codes).toEqual(['PLUGIN_UNAVAILABLE']);
    expect(service.calls()).toBe(5);
    expect((await ask(gateway, question, await gateway.issuer.token('globex'))).data.tenant.analytics).toBe(7);
  });

  it('asks once more where a read’s connection broke, and says nothing of it', async () => {
    let broke = false;
    await using service = await aService((_, response) => {
      if (broke) return void response.setHeader('content-type', 'application/json').end('{"data":{"analyticsCaller":"here"}}');
      broke = true;
      response.destroy();
    });
    install({ url: service.url });
    const { data, codes } = await ask(gateway, '{ analyticsCaller }', token);
    expect([data, codes, service.calls()]).toEqual([{ analyticsCaller: 'here' }, [], 2]);
  });

  it('may nest a scalar of its own, or what it says of an error, no deeper than can be told', async () => {
    await using own = await startGateway();
    let answer = '';
    await using service = await aService((_, response) => void jsonOf(response).end(answer));
    const crm = aSubgraph('crm', {
      federation: false,
      typeDefs: 'scalar CrmJson type Query { crmJson: CrmJson  crmText: String }',
      resolvers: {},
    });
    own.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
    own.directory.setTenant('acme', { supergraph: 'core+crm', plugins: { crm: own.installation({ url: service.url }) } });
    const mine = await own.issuer.token('acme');
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

    answer = `{"data":{"crmJson":${nested(400)}}}`;
    expect((await ask(own, '{ crmJson me { id salary } }', mine)).text).toContain(nested(400));
    for (const levels of [5_000, 100_000]) {
      answer = `{"data":{"crmJson":${nested(levels)}}}`;
      for (const query of ['{ crmJson me { id } }', '{ crmJson me { id salary } }'])
        expect((await ask(own, query, mine)).data).toMatchObject({ crmJson: null, me: { id: 'user-1' } });
      answer = `{"data":{"crmText":null},"errors":[{"message":"m","extensions":{"code":"X","deep":${nested(levels)}}}]}`;
      const { data, codes } = await ask(own, '{ crmText me { id } }', mine);
      expect([data, codes]).toEqual([{ crmText: null, me: { id: 'user-1' } }, ['X']]);
    }
  });

  it('is not blamed for variables that nobody could pass on', async () => {
    await using own = await startGateway();
    await using service = await aService((_, response) => void jsonOf(response).end('{"data":{"crmEcho":1}}'));
    const crm = aSubgraph('crm', {
      federation: false,
      typeDefs: 'scalar CrmJson type Query { crmEcho(json: CrmJson): Int }',
      resolvers: {},
    });
    own.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
    own.directory.setTenant('acme', { supergraph: 'core+crm', plugins: { crm: own.installation({ url: service.url }) } });
    const authorization = `Bearer ${await own.issuer.token('acme')}`;
    const echo = (levels: number) => {
      const json = `${'['.repeat(levels)}${']'.repeat(levels)}`;
      const body = `{"query":"query ($json: CrmJson) { crmEcho(json: $json) }","variables":{"json":${json}}}`;
      return send(own, body, { authorization });
    };

    for (let time = 0; time < 6; time += 1) expect((await echo(10_000)).codes).toEqual(['BAD_USER_INPUT']);

    expect((await echo(100)).data).toEqual({ crmEcho: 1 });
  });

  it('is given up when its client leaves, where it reads, and finished where it writes', async () => {
    await using own = await startGateway({ timing: { plugin: 10_000 } });
    await using crm = await aSlowCrm(own);
    const { asked } = crm;
    const authorization = `Bearer ${await own.issuer.token('acme')}`;

    for (const query of ['{ crmRead }', 'mutation { crmWrite }']) {
      const leaving = new AbortController();
      const headers = { 'content-type': 'application/json', authorization };
      const answer = fetch(`${own.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }), signal: leaving.signal });
      const before = asked.length;
      await until(() => asked.length > before);
      leaving.abort();
      await expect(answer).rejects.toThrow();
      await until(() => asked.length > before + 1, 5_000);
    }

    expect(asked).toEqual(['read', 'read given up', 'write', 'write finished']);
    const stream = watch('ws', own, '{ crmRead }', { authorization });
    await until(() => asked.length === 5);
    stream.leave();
    await until(() => asked.length === 6, 5_000);
    expect(asked.at(-1)).toBe('read given up');
  });

  it('is given up when its client completes a query over an open WebSocket, and finished where it writes', async () => {
    await using own = await startGateway({ timing: { plugin: 10_000 } });
    await using crm = await aSlowCrm(own);
    const { asked } = crm;
    const { say, heard } = await aSocket(own, { authorization: `Bearer ${await own.issuer.token('acme')}` });

    for (const [id, query] of Object.entries({ read: '{ crmRead }', write: 'mutation { crmWrite }' })) {
      const before = asked.length;
      say({ type: 'subscribe', id, payload: { query } });
      await until(() => asked.length > before);
      say({ type: 'complete', id });
      await until(() => asked.length > before + 1, 5_000);
    }
    say({ type: 'subscribe', id: 'next', payload: { query: '{ me { id } }' } });
    await until(() => heard.some(({ type }) => type === 'complete'));

    expect(asked).toEqual(['read', 'read given up', 'write', 'write finished']);
    expect(heard.map(({ type, id }) => [type, id])).toEqual([
      ['connection_ack', undefined],
      ['next', 'next'],
      ['complete', 'next'],
    ]);
  });

  it('is not begun, or given up at once, where the query was completed before it was admitted', async () => {
    await using own = await startGateway({ timing: { plugin: 10_000 } });
    await using crm = await aSlowCrm(own);
    const { asked } = crm;
    const { say, heard } = await aSocket(own, { authorization: `Bearer ${await own.issuer.token('acme')}` });

    say({ type: 'subscribe', id: 'early', payload: { query: '{ crmRead }' } });
    say({ type: 'complete', id: 'early' });
    say({ type: 'subscribe', id: 'next', payload: { query: '{ me { id } }' } });
    await until(() => heard.some(({ type }) => type === 'complete'));

    await until(() => asked.length === 0 || asked.includes('read given up'), 5_000);
    expect(heard.some(({ id }) => id === 'early')).toBe(false);
  });

  it('lets no answer of it speak to HTTP or end a request', async () => {
    const errors = [
      {
        message: 'mine',
        extensions: { code: 'ANALYTICS_CLOSED', http: { status: 500, headers: { 'set-cookie': 'a=b' } }, stacktrace: ['at secret'] },
      },
      { message: 'internal detail' },
      { message: 'internal detail', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ];
    await using service = await aService(
      (_, response) =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { analyticsCaller: null }, errors })),
    );
    install({ url: service.url });
    const { status, codes, headers, text } = await ask(gateway, '{ analyticsCaller }', token);
    expect([status, codes]).toEqual([200, ['ANALYTICS_CLOSED', 'INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR']]);
    expect(headers.get('set-cookie')).toBeNull();
    for (const secret of ['secret', 'internal detail', 'set-cookie']) expect(text).not.toContain(secret);
  });

  it('that is switched off between the choice of the set and the call answers nothing', async () => {
    gateway.directory.setTenant('acme', { supergraph: 'core+analytics', plugins: {} });
    const { data, codes } = await ask(gateway, question, token);
    expect([data.tenant, codes]).toEqual([{ slug: 'acme', analytics: null }, ['PLUGIN_UNAVAILABLE']]);
  });
});
