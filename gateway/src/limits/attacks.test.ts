import { once } from 'node:events';
import { isPublicAddress } from '@plexica/foundation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask, send, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const deep = (field: string, levels: number, leaf: string) => `${`${field} { `.repeat(levels)}${leaf}${' }'.repeat(levels)}`;

const aliases = Array.from({ length: 60 }, (_, index) => `a${index}: count`).join(' ');

describe('an attack on the gateway', () => {
  it.each<[string, string]>([
    ['aliases', `subscription { ticks { ${aliases} } }`],
    ['levels', `{ me { ${deep('friend', 16, 'id')} } }`],
    ['root fields', `{ ${'me { id } '.repeat(26)} }`],
    ['tokens', `subscription { ticks { ${'count '.repeat(4_001)} } }`],
    ['directives', `subscription { ticks { ${'count @include(if: true) '.repeat(60)} } }`],
    ['fields of fragments laid out', `subscription { ticks { ${'...A '.repeat(30)} } } fragment A on Tick { ${'count '.repeat(80)} }`],
    ['cost', `{ ${'users { friend { friend { friend { id } } } } '.repeat(2)} }`],
  ])('by too many %s is refused over WebSocket and events as over HTTP', async (_, query) => {
    await using own = await startGateway({ maxCost: 20 });
    const authorization = `Bearer ${await own.issuer.token('acme')}`;
    for (const transport of ['ws', 'sse'] as const) {
      const stream = watch(transport, own, query, { authorization });
      await until(() => stream.results.length > 0);
      stream.stop();
      const [result] = stream.results;
      expect([transport, result.data, result.errors?.[0]?.extensions.code]).toEqual([transport, undefined, 'COST_EXCEEDED']);
    }
  });

  it.each<[string, string]>([
    ['selections', `{ me { ${deep('friend', 1_200, 'id')} } }`],
    ['inline fragments', `{ me { ${deep('...', 1_200, 'id')} } }`],
    ['inline fragments on a type', `{ me { ${deep('... on User', 900, 'id')} } }`],
    [
      'fragments one within the other',
      `{ me { ...F0 } } ${Array.from({ length: 300 }, (_, at) => `fragment F${at} on User { ...F${at + 1} }`).join(' ')} fragment F300 on User { id }`,
    ],
    ['lists of a literal', `{ tenantSignIn(slug: ${'['.repeat(1_900)}${']'.repeat(1_900)}) }`],
    ['objects of a literal', `{ tenantSignIn(slug: ${'{a: '.repeat(990)}1${'}'.repeat(990)}) }`],
    ['variable types', `query ($a: ${'['.repeat(1_900)}Int${']'.repeat(1_900)}) { __typename }`],
  ])('by a thousand levels of %s is answered soon, and never by a broken gateway', async (_, query) => {
    const { status, codes, text } = await ask(gateway, query, token);
    expect(text).not.toMatch(/INTERNAL_SERVER_ERROR|Maximum call stack/);
    expect([status, codes.length < 100]).toEqual([200, true]);
    expect((await ask(gateway, '{ me { id } }', token)).data).toEqual({ me: { id: 'user-1' } });
  });

  it.each<[string, string]>([
    ['a prototype', '{"query":"query ($slug: String!) { tenantSignIn(slug: $slug) }","variables":{"__proto__":{"slug":"acme"}}}'],
    [
      'a thousand lists',
      `{"query":"query ($slug: String!) { tenantSignIn(slug: $slug) }","variables":{"slug":${'['.repeat(9_000)}${']'.repeat(9_000)}}}`,
    ],
    ['no object', '{"query":"{ me { id } }","variables":[1]}'],
    ['an object for a text', '{"query":{"toString":1}}'],
    ['a name that is none', '{"query":"{ me { id } }","operationName":{"a":1}}'],
  ])('by variables or fields that are %s is refused as bad input', async (_, body) => {
    const { status, codes, data } = await send(gateway, body, { authorization: `Bearer ${token}` });
    expect([status < 500, codes[0], data]).toEqual([true, 'BAD_USER_INPUT', undefined]);
  });

  it('by a text of 100,000 characters that says little is bounded by its tokens', async () => {
    expect((await ask(gateway, `{ me { id } } ${'#'.repeat(99_000)}`, token)).status).toBe(200);
    expect((await ask(gateway, `{ me { id ${','.repeat(99_000)} } }`, token)).codes).toEqual([]);
    expect((await ask(gateway, `{ me { id(a: "${'x'.repeat(99_000)}") } }`, token)).text.length).toBeLessThan(2_000);
  });

  it('by a text of more characters is refused over any transport, however little it says', async () => {
    const query = `{ me { id } } ${'#'.repeat(100_000)}`;
    const [modern, legacy, events] = await Promise.all(
      ['application/graphql-response+json', 'application/json', 'text/event-stream'].map((accept) =>
        ask(gateway, query, token, { accept }),
      ),
    );
    const stream = watch('ws', gateway, query, { authorization: `Bearer ${token}` });
    await until(() => stream.results.length > 0);

    expect([modern?.status, modern?.codes, modern?.data]).toEqual([400, ['COST_EXCEEDED'], undefined]);
    expect([legacy?.status, legacy?.codes, legacy?.data]).toEqual([200, ['COST_EXCEEDED'], undefined]);
    expect(stream.results[0]?.errors?.[0]?.extensions.code).toBe('COST_EXCEEDED');
    for (const { text } of [modern, legacy, events].filter((answer) => answer !== undefined)) {
      expect(text).toContain('The operation has 100014 characters; at most 100000 are allowed.');
    }
  });

  it('by a thousand errors at once is told of few', async () => {
    const { text, codes } = await ask(gateway, `{ me { ${Array.from({ length: 1_000 }, (_, at) => `x${at}`).join(' ')} } }`, token);
    expect([codes.length > 1, codes.length < 30]).toEqual([true, true]);
    expect(text.length).toBeLessThan(100_000);
  });

  it.each(['http', 'ws', 'sse'] as const)('by texts that take long to read is paid for by who sends them: over %s', async (transport) => {
    await using own = await startGateway({ rateLimits: { readingPerAddress: 0.001 } });
    const codesOf = async (query: string, headers = {}): Promise<unknown> => {
      const body = JSON.stringify({ query });
      if (transport === 'http') {
        const { status, headers: told, codes } = await send(own, body, headers);
        return status === 429 ? [status, told.get('retry-after'), codes] : codes;
      }
      const stream = watch(transport, own, query, headers);
      await until(() => stream.results.length > 0);
      stream.stop();
      return (stream.results[0]?.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code);
    };
    const refused = transport === 'http' ? [429, '1', ['RATE_LIMITED']] : ['RATE_LIMITED'];
    const known = '{ __typename }';
    expect(await codesOf(known)).toEqual([]);
    // Each is read where a second has begun, so at most one of two in a row.
    const answers = await Promise.all(
      ['{ a: __typename }', '{ wrong }', '{ b: __typename ', '{ c: __typename }'].map((text) => codesOf(text)),
    );
    expect(answers.filter((answer) => JSON.stringify(answer) === JSON.stringify(refused)).length).toBeGreaterThanOrEqual(3);
    expect(await codesOf(known)).toEqual([]);
    expect(await codesOf('{ d: __typename }', { authorization: `Bearer ${await own.issuer.token('acme')}` })).toEqual([]);
  });

  it('by texts that fill what is kept for a plugin set pushes nobody else’s out', async () => {
    // Whose text was pushed out would have to read it again, and has no time left to.
    await using own = await startGateway({ rateLimits: { readingPerUser: 0.001 } });
    const bearer = await own.issuer.token('acme');
    expect((await ask(own, '{ me { id } }', bearer)).codes).toEqual([]);
    for (let sent = 0; sent < 30; sent += 1) {
      const text = `query Q${sent} { __typename } ${'#'.repeat(60_000)}`;
      expect((await ask(own, text, undefined, { 'x-tenant-slug': 'globex' })).codes).toEqual([]);
    }
    expect((await ask(own, '{ me { id } }', bearer)).codes).toEqual([]);
    expect((await ask(own, '{ me { id name } }', bearer)).codes).toEqual(['RATE_LIMITED']);
  });

  it('by large bodies is paid for by who sends them, and small ones go on', async () => {
    await using own = await startGateway({ rateLimits: { readingPerAddress: 1 } });
    const bearer = await own.issuer.token('acme');
    await ask(own, '{ __typename }', bearer);
    const large = () => ask(own, '{ __typename }', undefined, {}, { unused: 'x'.repeat(60_000) });
    const answers = await Promise.all([large(), large(), large()]);
    expect(answers.filter(({ status, headers }) => status === 429 && headers.get('retry-after') === '1').length).toBeGreaterThanOrEqual(1);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    expect((await ask(own, '{ __typename }')).status).toBe(200);
    expect((await ask(own, '{ __typename }', bearer, {}, { unused: 'x'.repeat(60_000) })).status).toBe(200);
  });

  it('by large messages ends the WebSocket that they come over, and no other', async () => {
    await using own = await startGateway({ rateLimits: { readingPerAddress: 1 } });
    const open = async () => {
      const socket = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send('{"type":"connection_init"}');
      await once(socket, 'message');
      return socket;
    };
    const [loud, quiet] = [await open(), await open()];
    for (let sent = 0; sent < 5; sent += 1) loud.send(JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(60_000) } }));
    expect((await once(loud, 'close'))[0]).toBe(1013);
    quiet.send('{"type":"ping"}');
    expect(JSON.parse(String((await once(quiet, 'message'))[0]))).toEqual({ type: 'pong' });
    quiet.terminate();
  });

  it('by a batch runs none of it', async () => {
    const body = JSON.stringify(Array.from({ length: 100 }, () => ({ query: '{ me { id } }' })));
    const { status, data } = await send(gateway, body, { authorization: `Bearer ${token}` });
    expect([status, data]).toEqual([400, undefined]);
  });

  it.each([`1e400`, `-1e400`, '9'.repeat(400)])(
    'by the number %s, which is none, is refused when validated, over any transport',
    async (number) => {
      const query = `{ tenantSignIn(slug: "a") slow(ms: ${number}) }`;
      expect((await ask(gateway, query, token)).codes).toContain('GRAPHQL_VALIDATION_FAILED');
      const events = await ask(gateway, query, token, { accept: 'text/event-stream' });
      expect(events.text).toContain('GRAPHQL_VALIDATION_FAILED');
      const byDefault = await ask(
        gateway,
        `query ($some: Float = ${number}) { __typename @include(if: true) tenantSignIn(slug: "a") }`,
        token,
      );
      expect(byDefault.text).toContain('too large to be one');
    },
  );

  it('by fragments that go round is refused when validated', async () => {
    const query = '{ me { ...A } } fragment A on User { friend { ...B } } fragment B on User { friend { ...A } }';
    expect((await ask(gateway, query, token)).codes).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  it('by introspection that goes round is refused when validated', async () => {
    const query = `{ __schema { types { ${deep('fields { type', 20, 'name')}${' }'.repeat(20)} } } }`;
    const { codes, data } = await ask(gateway, query, token);
    expect([codes, data]).toEqual([['GRAPHQL_VALIDATION_FAILED'], undefined]);
  });

  it('by a directive many times over is refused', async () => {
    const { codes, data } = await ask(gateway, `{ me { id ${'@include(if: true) '.repeat(500)} } }`, token);
    expect(data).toBeUndefined();
    expect(['COST_EXCEEDED', 'GRAPHQL_VALIDATION_FAILED']).toContain(codes[0]);
  });

  it('by guessing names without a token is told of none', async () => {
    const { text } = await ask(gateway, '{ tenantSignI(slug: "acme") }');
    expect(text).toContain('Cannot query field');
    expect(text).not.toContain('Did you mean');
  });

  it.each(['2002:7f00:1::1', '2001:0:7f00:1::', '64:ff9b:1::7f00:1', '::7f00:1', 'fec0::1', '::ffff:10.0.0.1', '100::1'])(
    'by an address inside in other clothes reaches nothing: %s',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  it('leaves public addresses open', () => {
    expect(['93.184.216.34', '2606:2800:220:1::1'].every(isPublicAddress)).toBe(true);
  });
});
