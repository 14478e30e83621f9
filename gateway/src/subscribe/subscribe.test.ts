import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionResult, parse } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import type { SubgraphAnswer, SubgraphConnection } from '../execute/subgraph-connection.ts';
import { allOf } from '../execute/test/all-of.ts';
import { aCaller, type Composed, compose } from '../execute/test/composed.ts';
import { shop } from '../execute/test/shop.ts';
import { Refusal } from '../problem.ts';
import type { Course } from './course.ts';
import { type SubscribeOptions, subscribe } from './subscribe.ts';
import { createUpstreams } from './upstreams.ts';

interface Live {
  readonly composed: Composed;
  /** How often the source of events was closed. */
  readonly closed: () => number;
}

/** The shop, whose reviews are told live; each event names one product. */
const liveShop = (upcs: readonly string[], then: 'end' | 'wait' | 'fail' = 'end'): Live => {
  let closed = 0;
  const events = async function* () {
    try {
      for (const upc of upcs) yield { reviewed: { upc } };
      if (then === 'wait') await new Promise(() => undefined);
      if (then === 'fail') throw new Error('event source gone');
    } finally {
      closed += 1;
    }
  };
  const { reviews } = shop;
  if (!reviews) throw new Error('no reviews');
  const composed = compose({
    ...shop,
    reviews: {
      typeDefs: `${reviews.typeDefs} type Subscription { reviewed(first: Int! = 1): Product, never: String! }`,
      resolvers: { ...reviews.resolvers, Subscription: { reviewed: { subscribe: events } } },
    },
  });
  return { composed, closed: () => closed };
};

const run = async ({ supergraph, connections }: Composed, query: string, options?: SubscribeOptions, signal?: AbortSignal) => {
  const plan = await supergraph.plan({ key: query, document: parse(query) });
  return subscribe({ plan, request: { caller: aCaller({ signal }) }, connections }, options);
};

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const stream = (answers: () => AsyncGenerator<SubgraphAnswer>): Partial<SubgraphConnection> => ({ subscribe: answers });

describe('a subscription', () => {
  it('answers each event with the fields of other subgraphs', async () => {
    const { composed } = liveShop(['1', '2']);

    const results = await allOf(await run(composed, 'subscription { r: reviewed { upc name inStock shippingEstimate } }'));

    expect(plain(results)).toEqual([
      { data: { r: { upc: '1', name: 'Table', inStock: true, shippingEstimate: 50 } } },
      { data: { r: { upc: '2', name: 'Couch', inStock: false, shippingEstimate: 0 } } },
    ]);
  });

  it('keeps the order of its events, though a later one is completed sooner', async () => {
    const { composed } = liveShop(['1', '2', '3']);
    const { request } = composed.connections('products');
    composed.replace('products', {
      request: async (operation, caller) => {
        if (operation.body?.().includes('"upc":"1"')) await sleep(30);
        return request(operation, caller);
      },
    });

    const results = await allOf(await run(composed, 'subscription { reviewed { name } }'));

    expect(plain(results.map(({ data }) => data?.reviewed))).toEqual([{ name: 'Table' }, { name: 'Couch' }, { name: 'Chair' }]);
  });

  it('goes on when another subgraph fails on one event', async () => {
    const { composed } = liveShop(['1', '2']);
    composed.replace('products', { unavailableCode: 'PLUGIN_UNAVAILABLE', request: () => Promise.reject(new Error('down')) });

    const results = await allOf(await run(composed, 'subscription { reviewed { upc name } }'));

    expect(plain(results.map(({ data }) => data))).toEqual([
      { reviewed: { upc: '1', name: null } },
      { reviewed: { upc: '2', name: null } },
    ]);
    expect(results.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(['PLUGIN_UNAVAILABLE', 'PLUGIN_UNAVAILABLE']);
  });

  it('passes the errors of its own subgraph on, at their place', async () => {
    const { composed } = liveShop([]);
    composed.replace(
      'reviews',
      stream(async function* () {
        yield { data: { reviewed: null }, errors: [{ message: 'No', path: ['reviewed'], extensions: { code: 'FORBIDDEN' } }] };
      }),
    );

    const [result] = await allOf(await run(composed, 'subscription { reviewed { upc } }'));

    expect(plain(result)).toMatchObject({
      data: { reviewed: null },
      errors: [{ message: 'No', path: ['reviewed'], extensions: { code: 'FORBIDDEN' } }],
    });
  });

  it('ends with an error when its subgraph goes away', async () => {
    const { composed } = liveShop([]);
    composed.replace('reviews', {
      unavailableCode: 'PLUGIN_UNAVAILABLE',
      ...stream(async function* () {
        yield { data: { reviewed: { upc: '1' } } };
        throw new Error('broken pipe');
      }),
    });

    const results = await allOf(await run(composed, 'subscription { reviewed { upc } }'));

    expect(plain(results)).toEqual([
      { data: { reviewed: { upc: '1' } } },
      { errors: [{ message: 'The plugin does not answer.', extensions: { code: 'PLUGIN_UNAVAILABLE', service: 'reviews' } }] },
    ]);
  });

  it('ends with an error when its client reads too slowly', async () => {
    const { composed, closed } = liveShop(Array(50).fill('1'));
    const results = await run(composed, 'subscription { reviewed { upc } }', { maxWaiting: 5 });

    const read: ExecutionResult[] = [];
    for await (const result of results) {
      read.push(result);
      await sleep(2);
    }

    expect(read.length).toBeLessThan(10);
    expect(read.at(-1)?.errors?.[0]).toMatchObject({
      message: expect.stringContaining('More than 5 events'),
      extensions: { code: 'SUBSCRIBER_TOO_SLOW' },
    });
    expect(closed()).toBe(1);
  });

  it('lets go of its subgraph when its client reads nothing any more', async () => {
    const { composed, closed } = liveShop(Array(50).fill('1'), 'wait');
    const results = await run(composed, 'subscription { reviewed { upc } }', { maxWaiting: 5 });

    await results.next();
    await vi.waitFor(() => expect(closed()).toBe(1));

    const [last] = (await allOf(results)).slice(-1);
    expect(last?.errors?.[0]?.extensions.code).toBe('SUBSCRIBER_TOO_SLOW');
  });

  it('pays once for each event that others complete, for each who listens', async () => {
    const { composed } = liveShop(['1', '2', '9'], 'wait');
    const plan = async (query: string) => composed.supergraph.plan({ key: query, document: parse(query) });
    const upstreams = createUpstreams();
    const paid: string[] = [];
    const listen = async (who: string, query: string, pay: () => Refusal | undefined) => {
      const course = { plan: await plan(query), request: { caller: aCaller() }, connections: composed.connections };
      return subscribe({ ...course, pay: () => paid.push(who) && pay() } as Course, { upstreams });
    };
    const refuse = () => new Refusal('RATE_LIMITED', { retryAfterSeconds: 1 });
    const query = 'subscription { reviewed { upc name inStock } }';
    const [ada, bob, eve] = [
      await listen('ada', query, () => undefined),
      await listen('bob', query, refuse),
      await listen('eve', 'subscription { reviewed { upc } }', refuse),
    ];

    const [forAda, forBob, forEve] = [await ada.next(), await bob.next(), await eve.next()].map(({ value }) => plain(value));

    expect(forAda).toEqual({ data: { reviewed: { upc: '1', name: 'Table', inStock: true } } });
    expect(forBob).toMatchObject({ data: { reviewed: { upc: '1', name: null, inStock: null } } });
    expect(forEve).toEqual({ data: { reviewed: { upc: '1' } } });
    const codes = (forBob as ExecutionResult).errors?.map(({ path, extensions }) => [path, extensions?.code]);
    expect(codes).toEqual(expect.arrayContaining([[['reviewed'], 'RATE_LIMITED']]));
    await Promise.all([ada.next(), bob.next(), ada.next(), bob.next()]);
    expect(paid.toSorted()).toEqual(['ada', 'ada', 'ada', 'bob', 'bob', 'bob']);
    expect(upstreams.size()).toBe(2);
    await Promise.all([ada, bob, eve].map((stream) => stream.return?.()));
  });

  it('refuses variables that do not fit', async () => {
    const { composed, closed } = liveShop(['1']);

    const results = await allOf(await run(composed, 'subscription ($first: Int!) { reviewed(first: $first) { upc } }'));

    expect(results).toHaveLength(1);
    expect(results[0]?.errors?.[0]?.message).toContain('"$first"');
    expect(closed()).toBe(0);
  });

  it('lets go of its subgraph when the client stops, although no event comes', async () => {
    const { composed } = liveShop([]);
    const aborted = Promise.withResolvers<void>();
    composed.replace('reviews', {
      async *subscribe(_, { signal }) {
        yield { data: { reviewed: { upc: '1' } } };
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        aborted.resolve();
      },
    });
    const results = await run(composed, 'subscription { reviewed { upc } }');
    await results.next();

    const waiting = results.next();
    await results.return?.();

    expect((await waiting).done).toBe(true);
    await aborted.promise;
  });

  it("ends quietly at the caller's signal", async () => {
    const { composed, closed } = liveShop(['1'], 'end');
    const gone = new AbortController();

    const results: unknown[] = [];
    for await (const result of await run(composed, 'subscription { reviewed { upc } }', {}, gone.signal)) {
      results.push(result);
      gone.abort();
    }

    expect(results).toHaveLength(1);
    expect(closed()).toBe(1);
  });
});
