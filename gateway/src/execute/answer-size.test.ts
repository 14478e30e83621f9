import fc from 'fast-check';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { textLength } from './answer-size.ts';
import { execute } from './execute.ts';
import { aCaller, type Composed, compose } from './test/composed.ts';
import { shop } from './test/shop.ts';

/** What our executor answers within so many characters. */
const within = async ({ supergraph, connections }: Composed, maxAnswer: number, query: string) =>
  execute(await supergraph.plan({ key: query, document: parse(query) }), { caller: aCaller(), maxAnswer }, connections);

const refused = (limit: number) => ({
  message: `The answer has more than ${limit} characters; no larger one is given.`,
  extensions: { code: 'COST_EXCEEDED' },
});

const notesOf = (note: unknown, places: number) => ({
  lists: {
    typeDefs:
      'type Query { notes: [Entry] entry: Entry } interface Entry { note: Note } type Line implements Entry { note: Note } type Page implements Entry { note: Note } type Note @key(fields: "id") { id: ID! }',
    resolvers: {
      Query: {
        notes: () => Array.from({ length: places }, () => ({ __typename: 'Line', note: { id: 'one' } })),
        entry: () => ({ __typename: 'Line', note: { id: 'one' } }),
      },
    },
  },
  notes: {
    typeDefs:
      'scalar JSON type Note @key(fields: "id") { id: ID! text: String json: JSON parts: [Part] fails: String } type Part { name: String size: Int }',
    resolvers: { Note: { __resolveReference: ({ id }: { id: string }) => ({ ...(note as object), id }) } },
  },
});

const megabyte = 'x'.repeat(1_000_000);

describe('the size of an answer', () => {
  it('is that of its text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })), (value) => {
        expect(textLength(value)).toBe(JSON.stringify(value).length);
      }),
    );
  });

  it('is counted no further than it matters', () => {
    const shared = Array.from({ length: 1_000 }, () => megabyte);
    const started = performance.now();
    expect(
      textLength(
        Array.from({ length: 1_000_000 }, () => shared),
        10_000_000,
      ),
    ).toBeGreaterThan(10_000_000);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each([
    ['a text', '{ notes { note { text } } }', { text: megabyte }],
    ['a scalar of its own', '{ notes { note { json } } }', { json: { within: [megabyte] } }],
    ['a list', '{ notes { note { parts { name size } } } }', { parts: Array.from({ length: 20_000 }, () => ({ name: 'part', size: 1 })) }],
    [
      'a list below a type',
      '{ notes { ... on Line { note { parts { name size } } } } }',
      { parts: Array.from({ length: 20_000 }, () => ({ name: 'part', size: 1 })) },
    ],
    ['a text that does not fit', '{ notes { note { text parts { size } } } }', { text: megabyte, parts: [{ size: 'x' }] }],
  ])('is bounded where an entity stands at many places: %s', async (_, query, note) => {
    const composed = compose(notesOf(note, 1_000));
    const started = performance.now();
    await expect(within(composed, 2_000_000, query)).rejects.toMatchObject(refused(2_000_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each([false, true])('lets what stands at many places be gone through once before it is told, failing: %s', async (fails) => {
    const products = Array.from({ length: 1_000 }, () => ({ upc: '1', name: 'Table' }));
    const reviews = Array.from({ length: 100_000 }, () => ({ author: { __typename: 'User', id: '1' } }));
    const composed = compose(shop);
    composed.replace('products', {
      request: async () => ({ data: { topProducts: products.map((each) => ({ __typename: 'Product', ...each })) } }),
    });
    composed.replace('reviews', { request: async () => ({ data: { _entities: [{ reviews }] } }) });
    const errors = [{ message: 'Gone', path: ['_entities', 0, 'name'] }];
    composed.replace('accounts', { request: async () => ({ data: { _entities: [{ name: 'Ada' }] }, ...(fails && { errors }) }) });
    const started = performance.now();
    await expect(within(composed, 2_000_000, '{ topProducts { name reviews { author { name } } } }')).rejects.toMatchObject(
      refused(2_000_000),
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('is bounded under many aliases, and as it is written', async () => {
    const aliased = `{ entry { note { ${Array.from({ length: 20 }, (_, at) => `a${at}: text`).join(' ')} } } }`;
    const composed = compose(notesOf({ text: '\u0001'.repeat(1_000) }, 1));
    await expect(within(composed, 120_000, aliased)).rejects.toMatchObject(refused(120_000));
    expect((await within(composed, 121_000, aliased)).errors).toBeUndefined();
  });

  it('is exact', async () => {
    const composed = compose(notesOf({ text: 'said "so" – 🙂\n', parts: [{ name: null, size: -5 }], json: { at: [1.5, null] } }, 3));
    const query = '{ notes { __typename note { id text json parts { name size } } } }';
    const text = JSON.stringify(await within(composed, 1_000_000, query));
    expect(JSON.stringify(await within(composed, text.length, query))).toBe(text);
    await expect(within(composed, text.length - 1, query)).rejects.toMatchObject(refused(text.length - 1));
  });

  it('is bounded where it is the errors that are large', async () => {
    const composed = compose(notesOf({}, 1_000));
    const error = { message: megabyte, path: ['_entities', 0, 'fails'], extensions: { code: 'BROKEN' } };
    composed.replace('notes', { request: async () => ({ data: { _entities: [{ fails: null }] }, errors: [error] }) });
    await expect(within(composed, 2_000_000, '{ notes { note { fails } } }')).rejects.toMatchObject(refused(2_000_000));
  });

  it('is bounded where the schema itself is asked for', async () => {
    const composed = compose(notesOf({}, 1));
    await expect(within(composed, 300, '{ __schema { types { name } } }')).rejects.toMatchObject(refused(300));
  });

  it('has no bound where none is set', async () => {
    const composed = compose(notesOf({ text: megabyte }, 30));
    expect(JSON.stringify((await composed.ours('{ notes { note { text } } }')).data).length).toBeGreaterThan(30_000_000);
  });
});
