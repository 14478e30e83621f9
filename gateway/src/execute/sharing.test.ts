import { describe, expect, it } from 'vitest';
import { compose } from './test/composed.ts';
import { library } from './test/library.ts';
import { shop } from './test/shop.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('asking subgraphs', () => {
  it('sends an entity once, although it stands at many places', async () => {
    const { ours, replace } = compose(shop);
    let sent = 0;
    replace('products', {
      request: async ({ variables }) => {
        const representations = (variables?.representations ?? []) as { upc: string }[];
        sent = representations.length;
        return { data: { _entities: representations.map(({ upc }) => ({ name: `Product ${upc}` })) } };
      },
    });

    const { data } = await ours('{ users { reviews { product { name } } } }');

    expect(sent).toBe(3);
    expect(JSON.stringify(data).match(/Product 1/g)).toHaveLength(2);
  });

  it('keeps the answers of two places apart that ask the same under one name and more under another', async () => {
    const { ours } = compose(shop);

    const { data } = await ours('{ a: me { reviews { product { x: name } } } b: me { reviews { product { x: upc y: name } } } }');

    expect(plain(data)).toMatchObject({
      a: { reviews: [{ product: { x: 'Table' } }, { product: { x: 'Couch' } }] },
      b: { reviews: [{ product: { x: '1', y: 'Table' } }, { product: { x: '2', y: 'Couch' } }] },
    });
  });

  it('keeps apart what different fields below two places add to one entity', async () => {
    const { ours, calls } = compose(shop);

    const { data } = await ours(`{
      a: user(id: "1") { reviews { product { x: inStock } } }
      b: user(id: "1") { reviews { product { x: name } } }
    }`);

    expect(calls.filter((call) => call.startsWith('reviews '))).toHaveLength(1);
    expect(plain(data)).toEqual({
      a: { reviews: [{ product: { x: true } }, { product: { x: false } }] },
      b: { reviews: [{ product: { x: 'Table' } }, { product: { x: 'Couch' } }] },
    });
  });

  it('asks one subgraph again for what comes back from another', async () => {
    const { ours } = compose(library());

    const { data } = await ours('{ bestRated { ... on Book { author { spouse { email name } biography } } } }');

    expect(plain(data)).toEqual({ bestRated: { author: { spouse: { email: 'nobody@example.org', name: null }, biography: 'Wrote.' } } });
  });

  it('asks again after a mutation has changed something', async () => {
    const { ours, replace, connections } = compose(library());
    const { request } = connections('ratings');
    let stars = 0;
    replace('ratings', {
      request: (operation, caller) => {
        if (operation.query.startsWith('mutation')) stars += 1;
        return operation.query.includes('stars') ? Promise.resolve({ data: { _entities: [{ stars }] } }) : request(operation, caller);
      },
    });

    const { data } = await ours('mutation { lend(id: "b1") { stars } rate(id: "b1", score: 2) { id } renew(id: "b1") { stars } }');

    expect(plain(data)).toEqual({ lend: { stars: 0 }, rate: { id: 'b1' }, renew: { stars: 1 } });
  });
});

describe('an interface object', () => {
  it('does not take the type from an object that another subgraph knows by its own name', async () => {
    const { ours } = compose(library());

    const { data } = await ours(`{
      books { ... on Media { __typename ratings { score } } }
      search { ... on Film { title stars __typename } ... on Book { stars } }
    }`);

    expect(plain(data)).toEqual({
      books: [
        { __typename: 'Book', ratings: [{ score: 5 }] },
        { __typename: 'Book', ratings: null },
      ],
      search: [{ stars: 5 }, {}, null, { title: 'Solaris', stars: 3, __typename: 'Film' }],
    });
  });
});

describe('a fragment', () => {
  it('that widens and narrows again keeps its fields', async () => {
    const { ours } = compose(library());

    const { data } = await ours('{ authors { ... on Named { ... on Author { id } } } }');

    expect(plain(data)).toEqual({ authors: [{ id: 'a1' }, { id: 'a2' }] });
  });

  it('with nothing left to select leaves an empty object', async () => {
    const { ours } = compose(shop);

    expect(plain(await ours('{ me { ...None } } fragment None on User { name @skip(if: true) }'))).toEqual({ data: { me: {} } });
  });
});
