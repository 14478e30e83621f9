import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send, uiToken, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ maxCost: 999, timing: { body: 300 } });
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const lines = () =>
  gateway
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'request');
const linesOf = (requestId: string | null) => lines().filter((line) => line.requestId === requestId);
const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const since = (mark: number) => lines().slice(mark);

describe('the access log', () => {
  it('has one line per request: who, of which tenant, what, and what became of it', async () => {
    const query = 'query Mine { me { friend { id } } }';
    const { headers } = await ask(gateway, query, token);
    const found = linesOf(headers.get('x-request-id'));
    expect(found).toEqual([
      expect.objectContaining({
        ...{ transport: 'http', method: 'POST', status: 200, tenant: 'acme', principal: 'user', set: 'core' },
        ...{ kind: 'query', name: 'Mine', hash: sha(query), codes: [], cost: 2, ms: expect.any(Number) },
      }),
    ]);
  });

  it('tells a key and a component from a person, and nobody from all', async () => {
    const key = `plx_acme_${'x'.repeat(43)}`;
    gateway.directory.setKey('acme', key, {});
    const byKey = await ask(gateway, '{ me { id } }', key);
    gateway.directory.activate('acme', 'chart', []);
    const byComponent = await ask(gateway, '{ me { id } }', await uiToken(gateway, token, 'chart'));
    const byNobody = await ask(gateway, '{ __typename }');
    expect(linesOf(byKey.headers.get('x-request-id'))).toMatchObject([{ principal: 'key', tenant: 'acme' }]);
    expect(linesOf(byComponent.headers.get('x-request-id'))).toMatchObject([{ principal: 'component', tenant: 'acme' }]);
    expect(linesOf(byNobody.headers.get('x-request-id'))).toMatchObject([{ principal: 'anonymous', codes: [] }]);
  });

  it('names each code once, of partial answers and of refusals', async () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, at) => `a${at}: users { friend { friend { friend { friend { id } } } } }`);
    const expected = [
      ['{ a: broken b: broken me { id } }', { codes: ['INTERNAL_SERVER_ERROR'], kind: 'query' }],
      ['{ nothing }', { codes: ['GRAPHQL_VALIDATION_FAILED'], hash: sha('{ nothing }') }],
      ['{ nothing', { codes: ['GRAPHQL_PARSE_FAILED'], hash: sha('{ nothing') }],
      [`{ ${users(20).join(' ')} }`, { codes: ['COST_EXCEEDED'], cost: 1000 }],
      ['mutation { rename(name: "x") }', { codes: ['FORBIDDEN'], kind: 'mutation' }],
    ] as const;
    for (const [query, line] of expected) {
      const { headers } = await ask(gateway, query, token);
      expect(linesOf(headers.get('x-request-id'))).toMatchObject([line]);
    }
  });

  it('has a line for what is refused before it is an operation', async () => {
    const expected = [
      [() => ask(gateway, '{ me { id } }', 'no.such.token'), { status: 401, codes: ['UNAUTHENTICATED'] }],
      [() => send(gateway, '{ "query": '), { status: 400, codes: ['BAD_USER_INPUT'] }],
      [() => send(gateway, JSON.stringify({ query: 'x'.repeat(1_100_000) })), { status: 413, codes: ['PAYLOAD_TOO_LARGE'] }],
      [
        () => send(gateway, undefined, { 'content-type': undefined }, '/graphql?query={me{id}}'),
        { status: 400, codes: ['BAD_USER_INPUT'] },
      ],
      [() => fetch(`${gateway.url}/graphql`, { method: 'PUT' }), { method: 'PUT', status: 405, codes: ['BAD_USER_INPUT'] }],
    ] as const;
    for (const [sent, line] of expected) {
      const mark = lines().length;
      await sent();
      expect(since(mark)).toMatchObject([line]);
    }
  });

  it.each(['ws', 'sse'] as const)('has a line for each operation over %s, once it has ended', async (transport) => {
    const mark = lines().length;
    const stream = watch(transport, gateway, 'subscription Ticking { ticks { count } }', { authorization: `Bearer ${token}` });
    await until(() => stream.results.length > 1);
    expect(since(mark)).toEqual([]);
    stream.stop();
    await until(() => since(mark).length);
    expect(since(mark)).toMatchObject([
      { transport, tenant: 'acme', principal: 'user', kind: 'subscription', name: 'Ticking', codes: [], hash: expect.any(String) },
    ]);
  });

  it.each(['ws', 'sse'] as const)('tells why an operation over %s was refused, or ended early', async (transport) => {
    let mark = lines().length;
    watch(transport, gateway, 'subscription { nothing }', { authorization: `Bearer ${token}` });
    await until(() => since(mark).length);
    expect(since(mark)).toMatchObject([{ transport, codes: ['GRAPHQL_VALIDATION_FAILED'] }]);

    mark = lines().length;
    const session = `ending-${transport}`;
    const ending = await gateway.issuer.token('acme', { session });
    const stream = watch(transport, gateway, 'subscription { silence }', { authorization: `Bearer ${ending}` });
    await until(() => gateway.open.streams > 0);
    gateway.directory.revoke(session);
    await stream.ended;
    await until(() => since(mark).length);
    expect(since(mark)).toMatchObject([{ transport, kind: 'subscription', codes: ['UNAUTHENTICATED'] }]);
  });
});

describe('what a client sends', () => {
  const secret = 'tell-nobody-0451';
  const key = `plx_acme_${'Ab_'.repeat(14)}z`;

  it('is not in the log: no token, no key, no variable, no literal, no header', async () => {
    const query = `query Named($slug: String!) { tenantSignIn(slug: $slug) b: tenantSignIn(slug: "${secret}") me { id } }`;
    const text = JSON.stringify({ query, variables: { slug: secret }, extensions: { note: secret } });
    const headers = { cookie: `s=${secret}`, 'x-api-key': secret, 'x-request-id': secret, traceparent: secret, 'user-agent': secret };
    const wrong = `${token.slice(0, -4)}AAAA`;
    const asGet = `/graphql?query=${encodeURIComponent('query($s:String!){tenantSignIn(slug:$s)}')}&variables=${encodeURIComponent(`{"s":"${secret}"}`)}`;
    const mark = lines().length;

    for (const credential of [token, wrong, key, secret]) await send(gateway, text, { ...headers, authorization: `Bearer ${credential}` });
    await send(gateway, text, { ...headers, authorization: `Basic ${secret}` });
    await send(gateway, text.slice(0, -2), { ...headers, authorization: `Bearer ${token}` });
    await send(gateway, undefined, { ...headers, authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' }, asGet);
    await ask(gateway, `{ tenantSignIn(slug: "${secret}") me(id: "${secret}") { id } }`, token);
    await ask(gateway, `query ${key.replaceAll('-', '_')} { broken }`, token);
    for (const transport of ['ws', 'sse'] as const) {
      for (const credential of [token, wrong, key])
        await watch(transport, gateway, `{ tenantSignIn(slug: "${secret}") }`, { authorization: `Bearer ${credential}`, secret }).ended;
    }

    expect(since(mark).length).toBeGreaterThanOrEqual(15);
    for (const given of [secret, token, wrong, key, ...token.split('.')]) expect(gateway.log()).not.toContain(given);
  });

  it('is cut where it is a name', async () => {
    const { headers } = await ask(gateway, `query ${'N'.repeat(5_000)} { me { id } }`, token);
    expect(linesOf(headers.get('x-request-id'))[0].name).toHaveLength(100);
  });
});
