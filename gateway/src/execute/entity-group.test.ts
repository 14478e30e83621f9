import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Composed, comparable, compose } from './test/composed.ts';
import { library } from './test/library.ts';
import { shop } from './test/shop.ts';

const callsOf = ({ calls }: Composed, service: string): number => calls.filter((call) => call.startsWith(`${service} `)).length;

const slowed = (composed: Composed, service: string, ms: number, when = ''): void => {
  const { request } = composed.connections(service);
  composed.replace(service, {
    request: async (operation, caller) => {
      if (operation.query.includes(when)) await sleep(ms);
      return request(operation, caller);
    },
  });
};

describe('fetches of one subgraph at one level', () => {
  it('are one call', async () => {
    const composed = compose(shop);

    const answer = await composed.ours('{ users { reviews { body } } topProducts { reviews { author { name } } } }');

    expect(callsOf(composed, 'reviews')).toBe(1);
    expect(answer.errors).toBeUndefined();
  });

  it('do not wait for a branch that is slow', async () => {
    const composed = compose(shop);
    const query = '{ users { reviews { body } } topProducts { reviews { author { name } } } }';
    const expected = comparable(await composed.stock(query));
    slowed(composed, 'accounts', 60, 'users');

    const answer = await composed.ours(query);

    expect(comparable(answer)).toEqual(expected);
    // The branch of the products is through, down to the authors' names, before the users come.
    expect(composed.calls.map((call) => call.split(' ')[0])).toEqual(['products', 'reviews', 'accounts', 'accounts', 'reviews']);
  });

  it('are one call although another branch has nothing to ask', async () => {
    const composed = compose(shop);

    const answer = await composed.ours(
      '{ user(id: "none") { reviews { product { name } } } topProducts(first: 1) { reviews { author { name } } } review(id: "2") { product { name } } }',
    );

    expect(answer.errors).toBeUndefined();
    expect(JSON.parse(JSON.stringify(answer.data))).toEqual({
      user: null,
      topProducts: [{ reviews: [{ author: { name: 'Ada' } }, { author: { name: 'Alan' } }] }],
      review: { product: { name: 'Couch' } },
    });
  });

  it.each([
    ['taken', true],
    ['not taken', false],
  ])('are sent whether or not a conditional branch is %s', async (_, yes) => {
    const composed = compose(shop);
    const query = `query ($yes: Boolean!) {
      me { reviews @include(if: $yes) { product { name } } }
      topProducts { reviews @skip(if: $yes) { author { name } } inStock @include(if: $yes) }
    }`;

    expect(comparable(await composed.ours(query, { yes }))).toEqual(comparable(await composed.stock(query, { yes })));
  });

  it('keep their errors and their failures at their own places', async () => {
    const query = '{ a: authors { id strictSecret } c: authors { s: secrets } b: authors { x: biography } }';
    const composed = compose(library());

    const answer = await composed.ours(query);

    expect(callsOf(composed, 'people')).toBe(1);
    expect(comparable(answer)).toEqual(comparable(await composed.stock(query)));
  });

  it('fail together when their subgraph does', async () => {
    const composed = compose(shop);
    composed.replace('reviews', { unavailableCode: 'PLUGIN_UNAVAILABLE', request: () => Promise.reject(new Error('down')) });

    const answer = await composed.ours('{ users { name reviews { body } } topProducts(first: 1) { name reviews { body } } }');

    expect(JSON.parse(JSON.stringify(answer.data))).toEqual({
      users: [
        { name: 'Ada', reviews: null },
        { name: 'Alan', reviews: null },
      ],
      topProducts: [{ name: 'Table', reviews: null }],
    });
    expect(answer.errors).toHaveLength(1);
  });
});
