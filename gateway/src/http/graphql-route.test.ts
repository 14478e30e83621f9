import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send, until } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { endlessBody, sendEndlessly, tricklingBody } from '../test/a-raw-client.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const modern = { accept: 'application/graphql-response+json' };
const legacy = { accept: 'application/json' };
const post = (body: string, headers: Record<string, string | undefined> = {}) =>
  send(gateway, body, { authorization: `Bearer ${token}`, ...headers });

describe('asking over HTTP', () => {
  it('answers 200 to what is wrong with an operation under application/json, and 400 under the media type of GraphQL', async () => {
    const wrong = [
      ['{ me { ', 'GRAPHQL_PARSE_FAILED'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      [`{ ${'me { id } '.repeat(26)} }`, 'COST_EXCEEDED'],
      ['query A { __typename } query B { __typename }', 'BAD_USER_INPUT'],
      ['subscription { ticks { count } }', 'BAD_USER_INPUT'],
      ['query ($ms: Int!) { slow(ms: $ms) }', 'BAD_USER_INPUT'],
    ] as const;
    for (const [query, code] of wrong) {
      const [old, now] = await Promise.all([legacy, modern].map((headers) => ask(gateway, query, token, headers)));
      expect([query, old?.status, old?.codes.at(0), old?.headers.get('content-type')]).toEqual([
        query,
        200,
        code,
        'application/json; charset=utf-8',
      ]);
      expect([query, now?.status, now?.codes.at(0), now?.data]).toEqual([query, 400, code, undefined]);
      expect(now?.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    }
  });

  it('runs no other operation than the one that is named', async () => {
    for (const query of ['mutation A { rename(name: "x") }', '{ me { id } }']) {
      const { codes, text, data } = await post(JSON.stringify({ query, operationName: 'B' }));
      expect([query, codes, data]).toEqual([query, ['BAD_USER_INPUT'], undefined]);
      expect(text).toContain('There is no operation B.');
    }
  });

  it('answers 400 to what is no GraphQL request at all', async () => {
    for (const body of [
      '{"query":',
      '',
      'null',
      '[]',
      '"x"',
      '7',
      '{}',
      '{"query":7}',
      '{"query":""}',
      '{"query":"{me{id}}","variables":"x"}',
      '[{"query":"{me{id}}"}]',
    ]) {
      for (const headers of [legacy, modern]) {
        const { status, codes } = await post(body, headers);
        expect([body, status, codes]).toEqual([body, 400, ['BAD_USER_INPUT']]);
      }
    }
  });

  it('reads JSON alone, so that no form of another page can ask', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined]) {
      const { status, data } = await post('{"query":"mutation { rename(name: \\"x\\") }"}', { 'content-type': type });
      expect([type, status, data]).toEqual([type, 400, undefined]);
    }
    const bare = await send(gateway, undefined, { 'content-type': undefined }, '/graphql?query={__typename}');
    expect([bare.status, bare.codes]).toEqual([400, ['BAD_USER_INPUT']]);
  });

  it('answers queries over GET, and never mutations', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': undefined, 'apollo-require-preflight': '1' };
    expect((await send(gateway, undefined, headers, '/graphql?query={me{id}}')).data).toEqual({ me: { id: 'user-1' } });
    const mutation = await send(gateway, undefined, headers, '/graphql?query=mutation{rename(name:"x")}');
    expect([mutation.status, mutation.codes, mutation.headers.get('allow')]).toEqual([405, ['BAD_USER_INPUT'], 'POST']);
  });

  it('says which methods there are', async () => {
    const { status, headers } = await fetch(`${gateway.url}/graphql`, { method: 'DELETE' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('refuses a body over 1 MB with 413', async () => {
    const { status, codes } = await post(JSON.stringify({ query: '{ me { id } }', variables: { x: 'x'.repeat(1_048_576) } }));
    expect([status, codes]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
    expect((await post(JSON.stringify({ query: '{ me { id } }', variables: { x: 'x'.repeat(1_000_000) } }))).status).toBe(200);
  });

  it('ends a connection whose body has no end once it is too large', async () => {
    expect(await sendEndlessly(gateway, endlessBody)).toContain('PAYLOAD_TOO_LARGE');
  });

  it('goes on when a client leaves amid its body, and says in the log that it did', async () => {
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = gateway.log().length;
    socket.destroy();
    await until(() => gateway.log().slice(before).includes('"status":400'));
    expect((await ask(gateway, '{ me { id } }', token)).data).toEqual({ me: { id: 'user-1' } });
  });

  it('refuses a body that trickles for too long with 408', async () => {
    await using own = await startGateway({ timing: { body: 300 } });
    const answer = await sendEndlessly(own, tricklingBody);
    expect(answer).toContain('408');
    expect(answer).toContain('REQUEST_TIMEOUT');
    const slow = await ask(own, '{ slow(ms: 500) }', await own.issuer.token('acme'));
    expect(slow.data).toEqual({ slow: 'done' });
  });

  it('lets a user look at their own schema, and nobody else at any', async () => {
    const full = await ask(gateway, getIntrospectionQuery(), token);
    expect(full.codes).toEqual([]);
    expect(full.data.__schema.queryType.name).toBe('Query');
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "User") { name } }',
      '{ ...F } fragment F on Query { x: __schema { __typename } }',
    ]) {
      const { status, codes, text } = await ask(gateway, query);
      expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
      expect(text).not.toContain('User');
    }
  });

  it('suggests no names to who has no token', async () => {
    expect((await ask(gateway, '{ tenantSign }', token)).text).toContain('Did you mean');
    const { text, codes } = await ask(gateway, '{ tenantSign }');
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(text).not.toContain('Did you mean');
  });

  it('keeps the details of what nobody foresaw in the log', async () => {
    const { text, codes, headers, data } = await ask(gateway, '{ broken me { id } }', token);
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(data).toEqual({ broken: null, me: { id: 'user-1' } });
    expect(text).not.toContain('secret detail');
    const requestId = JSON.parse(text).errors[0].extensions.requestId;
    expect(requestId).toBe(headers.get('x-request-id'));
    expect(gateway.log()).toContain('the secret detail');
    expect(gateway.log()).toContain(requestId);
    expect(gateway.log()).not.toContain(token);
  });

  it('says so when the Directory’s database is away, and of another failure nothing', async () => {
    const fresh = () => gateway.issuer.token('acme', { session: `fresh-${Math.random()}` });
    gateway.directory.failWith(Object.assign(new Error('connect 10.0.0.5'), { code: 'ECONNREFUSED' }));
    const away = await ask(gateway, '{ me { id } }', await fresh());
    expect([away.status, away.codes, away.headers.get('retry-after')]).toEqual([503, ['SERVICE_UNAVAILABLE'], '2']);
    gateway.directory.failWith(new Error('a bug at 10.0.0.5'));
    const broken = await ask(gateway, '{ me { id } }', await fresh());
    expect([broken.status, broken.codes]).toEqual([500, ['INTERNAL_SERVER_ERROR']]);
    expect(away.text + broken.text).not.toContain('10.0.0.5');
    gateway.directory.failWith();
  });

  it('shows browsers where they are', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'content-type': undefined };
    const plain = await send(gateway, undefined, headers);
    expect([plain.status, plain.text]).toEqual([200, expect.stringContaining('GraphQL endpoint')]);
    await using withPage = await startGateway({ explorerPage: () => ({ html: '<p>explore', headers: { 'x-own': '1' } }) });
    const page = await send(withPage, undefined, headers, '/graphql?query={me}');
    expect([page.text, page.headers.get('x-own'), page.headers.get('content-type')]).toEqual([
      '<p>explore',
      '1',
      'text/html; charset=utf-8',
    ]);
  });

  it('publishes the keys of internal tokens, and nothing private of them', async () => {
    const response = await fetch(`${gateway.url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('shows its metrics, which name tenants, to its own network alone', async () => {
    const through = await fetch(`${gateway.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(through.status).toBe(404);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(200);
  });
});

describe('stopping', () => {
  it('finishes what is under way and refuses what is new', async () => {
    const own = await startGateway();
    const mine = await own.issuer.token('acme');
    await ask(own, '{ me { id } }', mine);
    const admitted = own.directory.asked.principal;
    const running = ask(own, '{ slow(ms: 400) }', await own.issuer.token('acme', { session: 'another' }));
    await until(() => own.directory.asked.principal > admitted);

    const started = performance.now();
    const stopped = own.gateway.stop().then(() => performance.now() - started);
    const late = await ask(own, '{ me { id } }', mine);

    expect([late.status, late.codes]).toEqual([503, ['SERVICE_UNAVAILABLE']]);
    expect((await running).data).toEqual({ slow: 'done' });
    expect(await stopped).toBeGreaterThan(200);
    await own[Symbol.asyncDispose]();
  });
});
