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

const people: Record<string, { name: string; city: string; pet: { name: string; age: number } }> = {
  '1': { name: 'Ada', city: 'London', pet: { name: 'Cat', age: 3 } },
  '2': { name: 'Alan', city: 'Wilmslow', pet: { name: 'Dog', age: 9 } },
};

const shelf = () =>
  compose({
    media: {
      typeDefs: `
        type Query { shelf: [Medium!]!, boxes: [[Medium!]!]!, first: Medium }
        interface Medium { title: String!, maker: Person! }
        type Book implements Medium { title: String!, author: Person!, maker: Person! }
        type Film implements Medium { title: String!, director: Person!, maker: Person! }
        type Person @key(fields: "id") { id: ID! }
      `,
      resolvers: {
        Query: {
          shelf: () => [book('1'), film('1'), film('2')],
          boxes: () => [[book('1')], [film('1'), book('2')]],
          first: () => film('2'),
        },
      },
    },
    people: {
      typeDefs: `
        type Person @key(fields: "id") { id: ID!, name: String, city: String, secret: String, pet: Pet }
        type Pet { chip: ID!, name: String, age: Int, vet: Person }
      `,
      resolvers: {
        Person: {
          __resolveReference: ({ id }: { id: string }) => ({ id, ...people[id] }),
          secret: failing('It is a secret'),
        },
        Pet: { chip: ({ name }: { name: string }) => name, vet: () => ({ id: '2', ...people['2'] }) },
      },
    },
    clinics: {
      typeDefs: 'type Person @key(fields: "id") { id: ID!, clinic: String, hours: String }',
      resolvers: {
        Person: {
          __resolveReference: (person: unknown) => person,
          clinic: ({ id }: { id: string }) => `clinic ${id}`,
          hours: ({ id }: { id: string }) => `hours ${id}`,
        },
      },
    },
  });
const book = (id: string) => ({ __typename: 'Book', title: `Book ${id}`, author: { id }, maker: { id } });
const film = (id: string) => ({ __typename: 'Film', title: `Film ${id}`, director: { id }, maker: { id } });

describe('a name that is another field on objects of another type', () => {
  it('is that of its own type, for the same object too', async () => {
    const { ours } = shelf();

    const answer = await ours(
      '{ shelf { ... on Book { title by: author { is: name } } ... on Film { title by: director { is: city } } } }',
    );

    expect(plain(answer)).toEqual({
      data: {
        shelf: [
          { title: 'Book 1', by: { is: 'Ada' } },
          { title: 'Film 1', by: { is: 'London' } },
          { title: 'Film 2', by: { is: 'Wilmslow' } },
        ],
      },
    });
  });

  it.each([
    [
      'in lists of lists',
      '{ boxes { ... on Book { by: author { is: name } } ... on Film { by: director { is: city } } } }',
      {
        boxes: [[{ by: { is: 'Ada' } }], [{ by: { is: 'London' } }, { by: { is: 'Alan' } }]],
      },
    ],
    [
      'below one object',
      '{ first { ... on Book { by: author { is: name } } ... on Film { by: director { is: city } } } }',
      {
        first: { by: { is: 'Wilmslow' } },
      },
    ],
    [
      'of the same field',
      '{ shelf { ... on Book { maker { is: name } } ... on Film { maker { is: city } } } }',
      {
        shelf: [{ maker: { is: 'Ada' } }, { maker: { is: 'London' } }, { maker: { is: 'Wilmslow' } }],
      },
    ],
    [
      'in what was fetched of the same object',
      '{ shelf { maker { pet { name vet { name } } } ... on Book { maker { pet { vet { is: clinic } } } } ... on Film { maker { pet { vet { is: hours } } } } } }',
      {
        shelf: [
          ['Cat', 'clinic 2'],
          ['Cat', 'hours 2'],
          ['Dog', 'hours 2'],
        ].map(([name, is]) => ({ maker: { pet: { name, vet: { name: 'Alan', is } } } })),
      },
    ],
  ])('is told apart %s', async (_, query, data) => {
    const { ours } = shelf();

    expect(plain(await ours(query))).toEqual({ data });
  });

  it('fails where it was asked for alone, and is asked for nowhere else', async () => {
    const { ours, calls } = shelf();

    const { data, errors } = await ours('{ shelf { ... on Book { by: author { name } } ... on Film { by: director { secret } } } }');

    expect(plain(data)).toEqual({ shelf: [{ by: { name: 'Ada' } }, { by: { secret: null } }, { by: { secret: null } }] });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['shelf', 1, 'by', 'secret'],
      ['shelf', 2, 'by', 'secret'],
    ]);
    expect(calls.filter((call) => call.startsWith('people '))).toHaveLength(1);
  });

  it('is one list of entities where the same is asked of both', async () => {
    const { ours, calls } = shelf();

    await ours('{ shelf { ... on Book { by: author { name } } ... on Film { by: director { name } } } }');

    const [, people] = calls;
    expect(people?.match(/_entities/g)).toHaveLength(1);
  });
});

describe('a field that the plan needs of objects of one type', () => {
  it('may be another field of objects of another type', async () => {
    const { ours } = compose({
      files: {
        typeDefs: `
          type Query { found: [Found!]! }
          union Found = Letter | Folder
          type Letter @key(fields: "id") { id: ID!, size: Int }
          type Folder @key(fields: "id") { id: ID!, size: Found }
        `,
        resolvers: {
          Query: { found: () => [letter, { ...folder, size: { ...folder, size: letter } }] },
        },
      },
      postage: {
        typeDefs: 'type Letter @key(fields: "id") { id: ID!, size: Int @external, price: Int @requires(fields: "size") }',
        resolvers: { Letter: { __resolveReference: (given: unknown) => given, price: ({ size }: { size: number }) => size * 10 } },
      },
    });

    const answer = await ours(
      '{ found { ... on Letter { price } ... on Folder { size { ... on Letter { price } ... on Folder { size { ... on Letter { price } } } } } } }',
    );

    expect(plain(answer)).toEqual({ data: { found: [{ price: 70 }, { size: { size: { price: 70 } } }] } });
  });
});
const letter = { __typename: 'Letter', id: 'l1', size: 7 };
const folder = { __typename: 'Folder', id: 'f1' };

const rated = () =>
  compose({
    media: {
      typeDefs: `
        type Query { shelf: [Medium!]! }
        interface Medium @key(fields: "id") { id: ID!, title: String }
        type Book implements Medium @key(fields: "id") { id: ID!, title: String, pages: Int }
        type Film implements Medium @key(fields: "id") { id: ID!, title: String, minutes: Int }
      `,
      resolvers: {
        Query: { shelf: () => [medium('b1'), medium('f1')] },
        Medium: {
          __resolveType: ({ id }: { id: string }) => medium(id).__typename,
          __resolveReference: ({ id }: { id: string }) => medium(id),
        },
        Book: { __resolveReference: ({ id }: { id: string }) => medium(id) },
        Film: { __resolveReference: ({ id }: { id: string }) => medium(id) },
      },
    },
    ratings: {
      typeDefs: `
        type Query { best: Medium }
        type Medium @key(fields: "id") @interfaceObject {
          id: ID!, stars(of: Int = 5): Int, rare: Int, strict(of: Int): Int!, similar: [Medium!]
          title: String @external, blurb: String @requires(fields: "title")
        }
      `,
      resolvers: {
        Query: { best: () => ({ id: 'b1' }) },
        Medium: {
          __resolveReference: (given: unknown) => given,
          stars: (_: unknown, { of }: { of: number }) => of - 1,
          rare: ({ id }: { id: string }) => (id === 'b1' ? 2 : failing('Too common')()),
          strict: ({ id }: { id: string }) => (id === 'b1' ? 1 : failing('Not rated')()),
          blurb: ({ title }: { title: string }) => `${title}!`,
          similar: () => [{ id: 'b1' }, { id: 'f1' }],
        },
      },
    },
  });
const medium = (id: string) => ({ __typename: id.startsWith('b') ? 'Book' : 'Film', id, title: `Title ${id}`, pages: 300, minutes: 90 });

describe('a subgraph that knows only the interface', () => {
  it.each([
    ['another field', '{ shelf { ... on Book { n: stars } ... on Film { n: minutes } } }', [{ n: 4 }, { n: 90 }]],
    ['other arguments', '{ shelf { ... on Book { stars(of: 3) } ... on Film { stars(of: 10) } } }', [{ stars: 2 }, { stars: 9 }]],
    [
      'other arguments further down',
      '{ shelf { ... on Book { similar { n: stars(of: 3) } } ... on Film { similar { n: stars(of: 9) } } } }',
      [{ similar: [{ n: 2 }, { n: 2 }] }, { similar: [{ n: 8 }, { n: 8 }] }],
    ],
  ])('answers by one name %s of objects of each type', async (_, query, shelf) => {
    const { ours } = rated();

    expect(plain(await ours(query))).toEqual({ data: { shelf } });
  });

  it('is not asked of one type what is wanted of another, where that fails', async () => {
    const { ours, calls } = rated();

    const answer = await ours('query ($of: Int) { shelf { ... on Book { strict(of: $of) stars } ... on Film { stars } } }', { of: 5 });

    expect(plain(answer)).toEqual({ data: { shelf: [{ strict: 1, stars: 4 }, { stars: 4 }] } });
    expect(calls.filter((call) => call.startsWith('ratings '))).toHaveLength(1);
  });

  it.each([
    ['may be null', '{ shelf { stars ... on Book { rare } } }', { rare: 2 }],
    ['may not', '{ shelf { stars ... on Book { strict } } }', { strict: 1 }],
  ])('is asked of all what is wanted of all, and of one type alone what is wanted of that: %s', async (_, query, ofBook) => {
    const { ours, calls } = rated();

    const answer = await ours(query);

    expect(plain(answer)).toEqual({ data: { shelf: [{ stars: 4, ...ofBook }, { stars: 4 }] } });
    expect(calls.filter((call) => call.startsWith('ratings '))).toHaveLength(1);
  });

  it('answers what requires nothing of an object whose requirements nobody fetched', async () => {
    const { ours } = rated();

    expect(plain(await ours('{ shelf { stars ... on Book { blurb } } }'))).toEqual({
      data: { shelf: [{ stars: 4, blurb: 'Title b1!' }, { stars: 4 }] },
    });
  });

  it('can make too many ways of answering, which is told instead of planned', async () => {
    const { ours } = rated();
    const similar = (depth: number): string => (depth === 0 ? 'id' : `similar { title stars ... on Book { pages } ${similar(depth - 1)} }`);

    await expect(ours(`{ best { ${similar(8)} } }`)).rejects.toMatchObject({ extensions: { code: 'COST_EXCEEDED' } });
  });
});
