import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSubgraph } from '../execute/test/composed.ts';
import { ask, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const times = (count: number, each: (index: number) => string) => Array.from({ length: count }, (_, index) => each(index)).join(' ');
const bomb = (levels: number) =>
  `${times(levels, (level) => `fragment F${level} on User { ...F${level + 1} ...F${level + 1} }`)} fragment F${levels} on User { id }`;

describe('limiting an operation', () => {
  it.each([
    ['depth', `{ me { ${'friend { '.repeat(16)} id ${'}'.repeat(16)} } }`],
    ['aliases', `{ me { ${times(51, (index) => `a${index}: id`)} } }`],
    ['root fields', `{ ${times(26, () => 'me { id }')} }`],
    ['root fields in a fragment', `{ ...F } fragment F on Query { ${times(26, () => 'me { id }')} }`],
    ['directives', `{ me { ${times(51, () => 'id @include(if: true)')} } }`],
    ['tokens', `{ me { ${times(4_001, () => 'id')} } }`],
    ['fields of fragments laid out', `{ me { ...F0 } } ${bomb(20)}`],
    ['aliases of fragments laid out', `{ me { ...A ...A ...A } } fragment A on User { ${times(20, (index) => `a${index}: id`)} }`],
  ])('refuses too many: %s', async (_, query) => {
    const started = performance.now();
    const { codes, data } = await ask(gateway, query, token);
    expect([codes, data]).toEqual([['COST_EXCEEDED'], undefined]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('lets what is within the limits through', async () => {
    expect((await ask(gateway, `{ me { ${times(50, (index) => `a${index}: id`)} } }`, token)).codes).toEqual([]);
    expect((await ask(gateway, `{ me { ${'friend { '.repeat(14)} id ${'}'.repeat(14)} } }`, token)).codes).toEqual([]);
  });

  it.each(['http', 'ws', 'sse'] as const)('refuses over %s a list of which nobody says how long it is to be', async (transport) => {
    const lists = aSubgraph('lists', {
      federation: false,
      typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
        type Query { listsOf(first: Int): [Int] @listSize(slicingArguments: ["first"]) }`,
      resolvers: {},
    });
    gateway.directory.addSet({ hash: 'lists', audience: 'tenant', sdl: composeSet([aCore(), lists]), subgraphs: ['home', 'lists'] });
    const plugins = { lists: gateway.installation({ url: 'http://127.0.0.1:1/graphql' }) };
    gateway.directory.setTenant('globex', { supergraph: 'lists', plugins });
    const authorization = `Bearer ${await gateway.issuer.token('globex')}`;
    const codes = async (query: string): Promise<unknown> => {
      if (transport === 'http') return (await ask(gateway, query, authorization.slice(7))).codes;
      const asked = watch(transport, gateway, query, { authorization });
      await until(() => asked.results.length);
      asked.stop();
      return asked.results[0]?.errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
    };
    expect(await codes('{ listsOf }')).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(await codes('query ($first: Int) { listsOf(first: $first) }')).toEqual(['BAD_USER_INPUT']);
    expect(await codes('{ listsOf(first: 3) }')).toEqual(['PLUGIN_UNAVAILABLE']);
  });

  it('is not held up by a bomb in an operation that nobody runs', async () => {
    const query = `query A { me { id } } query B { me { ...F0 } } ${bomb(200)}`;
    const started = performance.now();
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, operationName: 'A' }),
    });
    expect(await response.json()).toEqual({ data: { me: { id: 'user-1' } } });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('bounds what validation itself may cost', () => {
    const schema = buildSchema('type Query { me: User } type User { id: ID friend: User }');
    const hostile = [
      `{ ${times(900, () => 'me{id}')} }`,
      `{ me { ${times(60, () => `${'friend{'.repeat(15)}id${'}'.repeat(15)}`)} } }`,
      `{ me { ...F0 } } ${bomb(250)}`,
    ];
    for (const text of hostile) {
      const started = performance.now();
      validate(schema, parse(text, { maxTokens: 4_000 }));
      expect(performance.now() - started).toBeLessThan(5_000);
    }
  });
});

// All within one second, however long they take.
const stopped = () => {
  const now = new Date();
  return () => now;
};

describe('limiting the rate', () => {
  it('refuses a user over theirs with Retry-After, and nobody else', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { perUser: 5, perTenant: 1_000, anonymousPerAddress: 1_000 } });
    const [mine, another] = await Promise.all([own.issuer.token('acme'), own.issuer.token('acme', { subject: 'root' })]);

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(own, '{ me { id } }', mine)));

    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(15);
    expect([refused[0]?.codes, refused[0]?.headers.get('retry-after')]).toEqual([['RATE_LIMITED'], '1']);
    expect((await ask(own, '{ me { id } }', another)).status).toBe(200);
  });

  it('holds before anybody is asked about a tenant, whichever is named', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { perUser: 5, anonymousPerAddress: 5 } });
    const token = await own.issuer.token('acme');
    const naming = (given: string | undefined) =>
      Promise.all(Array.from({ length: 30 }, (_, at) => ask(own, '{ __typename }', given, { 'x-tenant-slug': `tenant-${at}` })));

    const before = own.directory.asked.tenant;
    const anonymous = await naming(undefined);
    expect(own.directory.asked.tenant - before).toBe(5);
    const elsewhere = await naming(token);

    expect(anonymous.filter(({ status }) => status === 429)).toHaveLength(25);
    expect(elsewhere.filter(({ status }) => status === 429)).toHaveLength(25);
  });

  it('counts what operations cost, and lets whoever has points left spend them', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { costPerUser: 5 } });
    const token = await own.issuer.token('acme');
    const statuses: number[] = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await ask(own, '{ users { id } me { id } }', token)).status);
    expect(statuses).toEqual([200, 429, 429]);
    expect((await ask(own, '{ __typename }', token)).status).toBe(200);
  });

  it('counts what one subgraph costs a tenant, and no other tenant', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { costPerSubgraph: 10 } });
    const [acme, globex] = await Promise.all([own.issuer.token('acme'), own.issuer.token('globex')]);
    expect((await ask(own, '{ users { id } }', acme)).status).toBe(200);
    expect((await ask(own, '{ me { id } }', acme)).codes).toEqual(['RATE_LIMITED']);
    expect((await ask(own, '{ me { id } }', globex)).codes).toEqual([]);
  });

  it('takes nothing from the users of a tenant for what is asked of it without a token, which has a limit of its own', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { costPerTenant: 20, costPerSubgraph: 20 } });
    const visit = () => ask(own, 'mutation { login(slug: "acme") }', undefined, { 'x-tenant-slug': 'acme' });
    const visits: number[] = [];
    for (let time = 0; time < 4; time += 1) visits.push((await visit()).status);
    expect(visits).toEqual([200, 200, 429, 429]);
    expect((await ask(own, '{ me { id } }', await own.issuer.token('acme'))).codes).toEqual([]);
  });

  it.each([
    ['open', 200],
    ['closed', 503],
  ] as const)('without its counters it stays %s', async (withoutCounters, status) => {
    const away = () => Promise.reject(new Error('away'));
    const state = { get: away, set: away, increment: away, incrementAll: away, delete: away, stop: async () => {} };
    await using own = await startGateway({ state, rateLimits: { withoutCounters } });
    expect((await ask(own, '{ me { id } }', await own.issuer.token('acme'))).status).toBe(status);
  });

  it.each(['ws', 'sse'] as const)('counts what is asked over %s as well', async (transport) => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { perUser: 3 } });
    const params = { authorization: `Bearer ${await own.issuer.token('acme')}` };
    const codes: unknown[] = [];
    for (let time = 0; time < 4; time += 1) {
      const asked = watch(transport, own, '{ me { id } }', params);
      const { reason } = await asked.ended;
      codes.push(reason || (asked.results[0]?.errors?.[0].extensions.code ?? asked.results[0]?.failed?.response?.status ?? 'answered'));
    }
    expect(codes[0]).toBe('answered');
    expect(String(codes.at(-1))).toMatch(/RATE_LIMITED|429/);
  });

  it('counts a tenant as a whole, and callers without a token by their address', async () => {
    await using own = await startGateway({ clock: stopped(), rateLimits: { perUser: 1_000, perTenant: 5, anonymousPerAddress: 5 } });
    const token = await own.issuer.token('acme');
    const many = (given?: string) => Promise.all(Array.from({ length: 20 }, () => ask(own, '{ __typename }', given)));
    expect((await many(token)).filter(({ status }) => status === 429)).toHaveLength(15);
    expect((await many()).filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe('limiting what the events of a subscription cost', () => {
  const completed = 'subscription { ticks(every: 2) { count tenant { analytics } } }';
  const isLimited = ({ errors }: { readonly errors?: unknown }) => errors !== undefined;
  const aLimited = async () => {
    const own = await startGateway({ rateLimits: { costPerUser: 20 } });
    own.switchTo('acme', 'core+analytics');
    return own;
  };

  it.each(['ws', 'sse'] as const)('leaves out over %s what other subgraphs know while nothing is left, and no event', async (transport) => {
    await using own = await aLimited();
    const stream = watch(transport, own, completed, { authorization: `Bearer ${await own.issuer.token('acme')}` });

    await until(() => stream.results.some(isLimited));
    const first = stream.results.findIndex(isLimited);
    await until(() => stream.results.slice(first).some((result) => !isLimited(result)));
    stream.stop();

    const { results } = stream;
    expect(results[0]).toEqual({ data: { ticks: { count: 1, tenant: { analytics: 7 } } } });
    expect(results[first]).toEqual({
      data: { ticks: { count: first + 1, tenant: { analytics: null } } },
      errors: [
        expect.objectContaining({
          message: 'Too many requests.',
          path: ['ticks', 'tenant'],
          extensions: { code: 'RATE_LIMITED', retryAfter: 1, service: 'analytics' },
        }),
      ],
    });
    expect(results.map(({ data }) => data.ticks.count)).toEqual(results.map((_, index) => index + 1));
    // Some were under way when it was stopped.
    expect(own.pluginRequests.length).toBeLessThanOrEqual(results.filter((result) => !isLimited(result)).length + 16);
  });

  it('counts them for whoever listens, and for nobody else', async () => {
    await using own = await aLimited();
    const tokens = await Promise.all([own.issuer.token('acme'), own.issuer.token('acme', { subject: 'root' })]);
    const [mine, another] = ['2', '400'].map((every, at) =>
      watch('ws', own, completed.replace('2', every), { authorization: `Bearer ${tokens[at]}` }),
    );
    await until(() => mine?.results.some(isLimited) && (another?.results.length ?? 0) > 3);

    expect(another?.results.some(isLimited)).toBe(false);
    for (const stream of [mine, another]) stream?.stop();
  });

  it('counts none that its own subgraph tells as a whole', async () => {
    await using own = await aLimited();
    const authorization = `Bearer ${await own.issuer.token('acme')}`;
    const stream = watch('ws', own, 'subscription { ticks(every: 2) { count tenant { slug } } }', { authorization });
    await until(() => stream.results.length > 100);
    expect(stream.results.some(isLimited)).toBe(false);
    stream.stop();
  });
});
