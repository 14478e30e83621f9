import { describe, expect, it } from 'vitest';
import { compose, failing } from '../execute/test/composed.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const prices: Record<string, number> = { EUR: 10, USD: 11 };

const shopWithCurrencies = () =>
  compose({
    products: {
      typeDefs: `
        type Query { products: [Product!]! }
        type Product @key(fields: "id") { id: ID!, price(currency: String! = "EUR"): Int, other: String, broken(hard: Boolean): Int }
      `,
      resolvers: {
        Query: { products: () => [{ id: '1' }] },
        Product: {
          __resolveReference: (product: unknown) => product,
          price: (_: unknown, { currency }: { currency: string }) => prices[currency],
          other: () => 'other',
          broken: (_: unknown, { hard }: { hard?: boolean }) => (hard ? failing('Hard')() : 1),
        },
      },
    },
    taxes: {
      typeDefs: `
        type Product @key(fields: "id") {
          id: ID!
          price(currency: String! = "EUR"): Int @external
          broken(hard: Boolean): Int @external
          tax: Int @requires(fields: "price(currency: \\"USD\\")")
          mended: Int @requires(fields: "broken")
        }
      `,
      resolvers: {
        Product: {
          __resolveReference: (product: unknown) => product,
          tax: ({ price }: { price: number }) => price * 100,
          mended: ({ broken }: { broken: number }) => broken,
        },
      },
    },
  });

describe('a required field with arguments', () => {
  it.each([
    ['other arguments', '{ products { price(currency: "EUR") tax } }', { price: 10, tax: 1100 }],
    ['the same arguments', '{ products { price(currency: "USD") tax } }', { price: 11, tax: 1100 }],
    ['its default', '{ products { price tax } }', { price: 10, tax: 1100 }],
    ['an alias', '{ products { p: price(currency: "EUR") tax } }', { p: 10, tax: 1100 }],
    ['its name given to another field', '{ products { price: other tax } }', { price: 'other', tax: 1100 }],
    ['a fragment', '{ products { ...F tax } } fragment F on Product { price }', { price: 10, tax: 1100 }],
  ])('has a value of its own when the client asks for it by %s', async (_, query, product) => {
    const { ours } = shopWithCurrencies();

    expect(plain(await ours(query))).toEqual({ data: { products: [product] } });
  });

  it('fails under the name that the client gave it', async () => {
    const { ours } = shopWithCurrencies();

    const { data, errors } = await ours('{ products { broken(hard: true) mended } }');

    expect(plain(data)).toEqual({ products: [{ broken: null, mended: 1 }] });
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([['Hard', ['products', 0, 'broken']]]);
  });
});

describe('a key that a subgraph cannot resolve', () => {
  it('is not used on the way back to it, where it can resolve another', async () => {
    const { ours } = compose({
      a: {
        typeDefs: 'type Query { other: String } type Thing @key(fields: "id") { id: ID!, size: Int }',
        resolvers: { Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, size: 7 }) } },
      },
      b: {
        typeDefs: `
          type Query { thing: Thing }
          type Thing @key(fields: "code", resolvable: false) @key(fields: "id") {
            id: ID!, code: ID!, size: Int @external, name: String @requires(fields: "size")
          }`,
        resolvers: {
          Query: { thing: () => ({ id: '1', code: 'c1' }) },
          Thing: {
            __resolveReference: (thing: { id?: string }) => (thing.id ? thing : null),
            name: ({ id, size }: { id: string; size: number }) => `Thing ${id} of size ${size}`,
          },
        },
      },
    });

    expect(plain(await ours('{ thing { name } }'))).toEqual({ data: { thing: { name: 'Thing 1 of size 7' } } });
  });
});
