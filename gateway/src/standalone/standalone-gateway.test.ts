import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { createLogger } from '@plexica/foundation';
import { GraphQLError, graphql, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { aSubgraph } from '../execute/test/composed.ts';
import { shop } from '../execute/test/shop.ts';
import { until } from '../test/a-client.ts';
import { endlessBody, sendEndlessly, tricklingBody } from '../test/a-raw-client.ts';
import type { StandaloneOptions } from './options.ts';
import { createStandaloneGateway } from './standalone-gateway.ts';

type Source = Parameters<typeof aSubgraph>[1];

interface Seen {
  readonly subgraph: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
}

/** The shop's subgraphs over HTTP, and a gateway before them. */
const aGateway = async (options: Partial<StandaloneOptions> = {}, sources: Record<string, Source> = shop) => {
  await using stack = new AsyncDisposableStack();
  const seen: Seen[] = [];
  const givenUp: string[] = [];
  const written: string[] = [];
  let gate = Promise.resolve();
  let asked = 0;
  const subgraphs = Object.entries(sources).map(([name, source]) => aSubgraph(name, source));
  const upstream = createServer(async (request, response) => {
    const subgraph = subgraphs.find(({ name }) => request.url === `/${name}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    seen.push({ subgraph: subgraph?.name ?? '', headers: request.headers, query });
    response.once('close', () => response.writableFinished || givenUp.push(query));
    await gate;
    const answer = subgraph && (await graphql({ schema: subgraph.schema, source: query, variableValues: variables, contextValue: {} }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  stack.defer(() => void upstream.close().closeAllConnections());
  const origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const { supergraphSdl = '' } = composeServices(
    subgraphs.map(({ name, sdl }) => ({ name, url: `${origin}/${name}`, typeDefs: parse(sdl) })),
  );
  const gateway = await createStandaloneGateway(
    { sdl: supergraphSdl, forwardHeaders: [], executor: 'own', shareQueries: true, ...options },
    createLogger({ destination: { write: (line: string) => void written.push(line) } }),
  );
  gateway.server.on('request', () => (asked += 1));
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  stack.defer(() => gateway.stop());
  const url = `http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`;
  const running = stack.move();
  return {
    seen,
    /** What nobody waited for any more. */
    givenUp,
    url,
    /** Lines of requests. */
    lines: () => written.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request'),
    written: () => written.join(''),
    /** Holds up every subgraph until so many more requests have reached the gateway. */
    async untilAsked(times: number) {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      for (const until = asked + times; asked < until; ) await new Promise((next) => setTimeout(next, 5));
      resolve();
    },
    async ask(query: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        signal,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      });
      return {
        status: response.status,
        body: (await response.json()) as { data?: unknown; errors?: { extensions?: { code?: string } }[] },
      };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

const question = '{ users { name reviews { product { name inStock } } } }';

describe('the gateway on its own', () => {
  it('answers the same by our executor and by the stock one', async () => {
    await using own = await aGateway();
    await using stock = await aGateway({ executor: 'stock' });

    const answer = await own.ask(question);

    expect(answer.status).toBe(200);
    expect(answer.body.errors).toBeUndefined();
    expect(JSON.stringify(answer.body)).toContain('inStock');
    expect(await stock.ask(question)).toEqual(answer);
  });

  it.each<[string, object]>([
    ['a status of its own', { code: 'LATE', http: { status: 302 } }],
    ['a status that is none', { code: 'LATE', http: { status: 99_999 } }],
    ['the status of another protocol', { code: 'LATE', http: { status: 101 } }],
    ['a code that is no text', { code: { toString: 1 } }],
  ])('answers by its own status what a subgraph says with %s', async (_, extensions) => {
    const late = () => {
      throw new GraphQLError('late', { extensions: { ...extensions } });
    };
    await using gateway = await aGateway(
      {},
      { clock: { typeDefs: 'type Query { now: Int  late: Int }', resolvers: { Query: { now: () => 1, late } } } },
    );

    const { status, body } = await gateway.ask('{ now late }');

    expect([status, body.data, body.errors?.length]).toEqual([200, { now: 1, late: null }, 1]);
  });

  it('passes on the headers it was told to, and no others', async () => {
    await using gateway = await aGateway({ forwardHeaders: ['authorization'] });

    await gateway.ask(question, { authorization: 'Bearer ada', cookie: 'a=b', 'plexica-token': 'forged', 'x-other': '1' });

    for (const { headers } of gateway.seen) {
      expect(headers.authorization).toBe('Bearer ada');
      expect(headers).not.toHaveProperty('cookie');
      expect(headers).not.toHaveProperty('plexica-token');
      expect(headers).not.toHaveProperty('x-other');
    }
  });

  it('runs identical queries in flight once for one principal, and apart for others', async () => {
    await using gateway = await aGateway({ forwardHeaders: ['authorization'] });
    await gateway.ask('{ me { name } }', { authorization: 'warm' });
    gateway.seen.length = 0;

    const held = gateway.untilAsked(4);
    const answers = await Promise.all(
      ['ada', 'ada', 'ada', 'bob'].map((authorization) => gateway.ask('{ me { name } }', { authorization })),
    );

    await held;
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(gateway.seen.map(({ headers }) => headers.authorization).toSorted()).toEqual(['ada', 'bob']);
  });

  it('runs each on its own where it was told to', async () => {
    await using gateway = await aGateway({ shareQueries: false });
    await gateway.ask('{ me { name } }');
    gateway.seen.length = 0;
    const held = gateway.untilAsked(2);
    await Promise.all([gateway.ask('{ me { name } }'), gateway.ask('{ me { name } }'), held]);
    expect(gateway.seen).toHaveLength(2);
  });

  it('gives up what its last client no longer waits for, where it reads', async () => {
    const writer: Source = {
      federation: false,
      typeDefs: 'type Query { read: Int } type Mutation { write: Int }',
      resolvers: { Query: { read: () => 1 }, Mutation: { write: () => 1 } },
    };
    await using gateway = await aGateway({}, { writer });
    const [first, second] = [new AbortController(), new AbortController()];
    const held = gateway.untilAsked(4);
    const asked = ['{ read }', '{ read }', 'mutation { write }'].map((query, at) =>
      gateway.ask(query, {}, at ? second.signal : first.signal).catch(() => 'left'),
    );
    await until(() => gateway.seen.length === 2);

    first.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(gateway.givenUp).toEqual([]);
    second.abort();

    expect(await Promise.all(asked)).toEqual(['left', 'left', 'left']);
    await until(() => gateway.givenUp.length);
    expect((await Promise.all([gateway.ask('{ read }'), held]))[0].body).toEqual({ data: { read: 1 } });
    expect(gateway.givenUp).toEqual(['{read}']);
  });

  it('answers who asks after a mutation with what it wrote, also where the same was being asked before', async () => {
    const before = Promise.withResolvers<void>();
    let value = 1;
    const written: Source = {
      federation: false,
      typeDefs: 'type Query { read: Int } type Mutation { write: Int }',
      resolvers: {
        Query: {
          read: async () => {
            const found = value;
            if (found === 1) await before.promise;
            return found;
          },
        },
        Mutation: { write: () => (value += 1) },
      },
    };
    await using gateway = await aGateway({}, { written });
    const first = gateway.ask('{ read }');
    await until(() => gateway.seen.length === 1);

    await gateway.ask('mutation { write }');
    const second = gateway.ask('{ read }');
    await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 200))]);
    before.resolve();

    expect([(await first).body, (await second).body]).toEqual([{ data: { read: 1 } }, { data: { read: 2 } }]);
  });

  it('ends a connection whose body is too large and has no end', async () => {
    await using gateway = await aGateway({ limits: { body: 100_000 } });
    expect(await sendEndlessly(gateway, endlessBody)).toContain('PAYLOAD_TOO_LARGE');
  });

  it('writes a line for each request, also for one that shared an answer, which names no secret', async () => {
    await using gateway = await aGateway({ accessLog: true, forwardHeaders: ['authorization'] });
    const secret = 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
    await gateway.ask('query Warm { me { name } }', { authorization: secret });
    const held = gateway.untilAsked(2);
    await Promise.all(['a', 'b'].map(() => gateway.ask('query Mine { me { name } }', { authorization: secret })));
    await held;
    await gateway.ask('{ nothing }');
    await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });

    const lines = gateway.lines();

    expect(lines.map(({ name, status, codes }) => [name, status, codes])).toEqual([
      ['Warm', 200, []],
      ['Mine', 200, []],
      ['Mine', 200, []],
      [undefined, 200, ['GRAPHQL_VALIDATION_FAILED']],
      [undefined, 400, ['BAD_REQUEST']],
    ]);
    expect(lines[0]).toMatchObject({ transport: 'http', method: 'POST', kind: 'query', hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(5);
    expect(gateway.seen[0]?.headers['x-request-id']).toBe(lines[0].requestId);
    expect(gateway.written()).not.toMatch(/eyJ|Bearer|nothing/);
  });

  it('writes none unless it is told to', async () => {
    await using gateway = await aGateway();
    await gateway.ask(question);
    expect(gateway.lines()).toEqual([]);
  });

  it('introspects, tells its health, and refuses what is no GraphQL over HTTP', async () => {
    await using gateway = await aGateway();
    const post = (body: string, type = 'application/json') =>
      fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });

    expect(JSON.stringify(await gateway.ask('{ __schema { queryType { name } } }'))).toContain('"name":"Query"');
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify({ query: '{ me { name } }' }), 'text/plain')).status).toBe(400);
    expect((await post(' '.repeat(5_000_001))).status).toBe(413);
    expect((await fetch(`${gateway.url}/elsewhere`)).status).toBe(404);
    expect((await gateway.ask('{ nothing }')).body.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it.each(['plain', 'naïve', '漢字 🙂'])('answers %s as it is written', async (operationName) => {
    await using gateway = await aGateway();
    const body = JSON.stringify({ query: '{ me { name } }', operationName });
    const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await answer.text()).toContain(operationName);
  });
});

describe('limits of the gateway on its own', () => {
  const times = (count: number, each: (at: number) => string) => Array.from({ length: count }, (_, at) => each(at)).join(' ');
  const limits = { depth: 4, aliases: 3, directives: 3, rootFields: 3, fields: 8, tokens: 60, cost: 200, answer: 300 };

  it.each<[keyof typeof limits, string]>([
    ['depth', '{ users { reviews { product { reviews { body } } } } }'],
    ['aliases', `{ me { ${times(4, (at) => `a${at}: name`)} } }`],
    ['directives', `{ me { ${times(4, () => 'name @include(if: true)')} } }`],
    ['rootFields', `{ ${times(4, () => 'me { name }')} }`],
    ['fields', `{ me { ${times(8, () => 'name')} } }`],
    ['tokens', `{ me { ${times(60, () => 'name')} } }`],
    ['cost', '{ users { reviews { product { name } } } }'],
    ['answer', '{ __schema { types { name } } }'],
  ])('hold where they are configured, and not otherwise: %s', async (limit, query) => {
    for (const executor of ['own', 'stock'] as const) {
      await using limited = await aGateway({ executor, limits: { [limit]: limits[limit] } });
      await using unlimited = await aGateway({ executor });

      const { status, body } = await limited.ask(query);

      expect([executor, status, body.data, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual([
        executor,
        200,
        undefined,
        ['COST_EXCEEDED'],
      ]);
      if (limit !== 'answer') expect(limited.seen).toEqual([]);
      expect((await limited.ask('{ me { name } }')).body).toEqual({ data: { me: { name: 'Ada' } } });
      expect((await unlimited.ask(query)).body.errors).toBeUndefined();
    }
  });

  it('hold for what fragments within fragments come to, where cost is to be reckoned', async () => {
    await using gateway = await aGateway({ limits: { cost: 1e12 } });
    const bomb = times(24, (at) => `fragment F${at} on User { ${at < 23 ? `...F${at + 1} ...F${at + 1}` : 'name'} }`);
    const { body } = await gateway.ask(`{ me { ...F0 } } ${bomb}`);
    expect(JSON.stringify(body)).toContain('The operation has fields 8388609; at most 2000 are allowed.');
  });

  it('ask for a slicing argument where cost is to be reckoned', async () => {
    const lists: Source = {
      federation: false,
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
        type Query { list(first: Int): [Int] @listSize(slicingArguments: ["first"]) }`,
      resolvers: { Query: { list: () => [1] } },
    };
    await using limited = await aGateway({ limits: { cost: 100 } }, { lists });
    await using unlimited = await aGateway({}, { lists });
    const { body } = await limited.ask('{ list }');
    expect([body.data, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual([undefined, ['GRAPHQL_VALIDATION_FAILED']]);
    expect((await limited.ask('{ list(first: 1) }')).body).toEqual({ data: { list: [1] } });
    expect((await unlimited.ask('{ list }')).body).toEqual({ data: { list: [1] } });
  });

  it('hold for the body', async () => {
    await using gateway = await aGateway({ limits: { body: 100 } });
    expect((await gateway.ask('{ me { name } }')).status).toBe(200);
    const { status, body } = await gateway.ask(`{ me { name } } # ${'x'.repeat(100)}`);
    expect([status, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual([413, ['PAYLOAD_TOO_LARGE']]);
  });
});

describe('what the gateway on its own sends', () => {
  const large = '{ __schema { types { name description fields { name description type { name } } } } }';

  it('is compressed where it is large and its client accepts that, whoever else shares the answer', async () => {
    await using gateway = await aGateway();
    const asked = async (query: string, accepted: string) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': accepted };
      const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return { encoding: answer.headers.get('content-encoding'), text: await answer.text() };
    };
    const [compressed, plain] = await Promise.all([asked(large, 'br, gzip'), asked(large, 'identity')]);
    expect([compressed.encoding, plain.encoding]).toEqual(['gzip', null]);
    expect(plain.text.length).toBeGreaterThan(2_048);
    expect(compressed.text).toBe(plain.text);
    expect((await asked(large, 'gzip;q=0')).encoding).toBeNull();
    expect((await asked('{ me { name } }', 'gzip')).encoding).toBeNull();
  });

  it('says to caches what it depends on, where it is asked by GET', async () => {
    await using gateway = await aGateway({ forwardHeaders: ['authorization'] });
    const headers = { 'apollo-require-preflight': '1' };
    const answer = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{ me { name } }')}`, { headers });
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'accept, accept-encoding, authorization']);
  });
});

it('does not wait for a body without end', async () => {
  await using gateway = await aGateway({ bodyTimeoutMs: 300, accessLog: true });
  const answer = await sendEndlessly(gateway, tricklingBody);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('REQUEST_TIMEOUT');
  expect((await gateway.ask('{ me { name } }')).status).toBe(200);
  expect(gateway.lines()).toMatchObject([{ codes: ['REQUEST_TIMEOUT'] }, {}]);
});

/** A subgraph with guards, before which nobody checks tokens. */
const vault: Source = {
  federation: false,
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])
    type Query { open: String  inside: Item  found: [Found] }
    union Found = Item | Secret
    type Secret @authenticated { code: String }
    type Item { name: String  price: Int @requiresScopes(scopes: [["prices.read"]])  owner: String @authenticated }`,
  resolvers: {
    Query: {
      open: () => 'yes',
      inside: () => ({ name: 'ring', price: 1, owner: 'ada' }),
      found: () => [
        { __typename: 'Secret', code: '7' },
        { __typename: 'Item', name: 'ring' },
      ],
    },
  },
};

it('refuses a supergraph whose guards have other names, which nobody would see', async () => {
  const { sdl } = aSubgraph('vault', vault);
  const { supergraphSdl = '' } = composeServices([{ name: 'vault', url: 'http://127.0.0.1:1', typeDefs: parse(sdl) }]);
  const renamed = supergraphSdl
    .replace('authenticated/v0.1", for: SECURITY', 'authenticated/v0.1", as: "signedIn", for: SECURITY')
    .replaceAll('@authenticated', '@signedIn');
  const options = { forwardHeaders: [], executor: 'own', shareQueries: true } as const;
  await expect(createStandaloneGateway({ sdl: renamed, ...options }, createLogger())).rejects.toThrow('signedIn');
});

describe('fields behind guards, which nobody here may see', () => {
  const asked = 'query Q($with: Boolean = true) { open inside { name price @include(if: $with) } }';

  it('are withheld unless told, each with an error', async () => {
    await using gateway = await aGateway({}, { vault });
    const { status, body } = await gateway.ask(asked);
    expect([status, body.data]).toEqual([200, { open: 'yes', inside: { name: 'ring', price: null } }]);
    expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
    expect(gateway.seen.map(({ query }) => query).join()).not.toContain('price');
  });

  it('are not told of where variables do not fit, and nothing is asked', async () => {
    await using gateway = await aGateway({}, { vault });
    const { body } = await gateway.ask(asked.replace('Boolean = true', 'Boolean!'));
    expect(body).toEqual({ errors: [expect.objectContaining({ message: expect.stringContaining('$with') })] });
    expect(gateway.seen).toEqual([]);
  });

  it('are withheld with the fragments on types behind guards, the names of those types too', async () => {
    for (const executor of ['own', 'stock'] as const) {
      await using gateway = await aGateway({ executor }, { vault });
      const { body } = await gateway.ask('{ found { ...S ... on Item { name } } } fragment S on Secret { __typename code }');
      expect(body).toMatchObject({
        data: { found: [{ code: null }, { name: 'ring' }] },
        errors: [{ path: ['found', 0, '__typename'] }, { path: ['found', 0, 'code'], extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect(JSON.stringify(body)).not.toContain('Secret');
      expect(gateway.seen.map(({ query }) => query).join()).not.toContain('code');
    }
  });

  it('make the whole operation be refused where it was told so, by both executors', async () => {
    for (const executor of ['own', 'stock'] as const) {
      await using gateway = await aGateway({ unauthorizedFields: 'refuse', executor }, { vault });
      for (const query of [
        asked,
        '{ inside { owner } }',
        '{ found { ... on Secret { __typename } } }',
        '{ open ...F } fragment F on Query { inside { ... on Item { p: price } } }',
      ]) {
        const { status, body } = await gateway.ask(query);
        expect([status, body.data, body.errors?.map(({ extensions }) => extensions?.code)]).toEqual([401, undefined, ['UNAUTHENTICATED']]);
      }
      expect(gateway.seen).toEqual([]);
      expect((await gateway.ask('{ open inside { name price @skip(if: true) } }')).body.data).toEqual({
        open: 'yes',
        inside: { name: 'ring' },
      });
    }
  });
});
