import { composeServices } from '@apollo/composition';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSupergraph } from '../plan/supergraph.ts';
import { Refusal } from '../problem.ts';
import { createOperationCost } from './operation-cost.ts';

const { supergraphSdl = '' } = composeServices([
  {
    name: 'shop',
    url: 'http://shop',
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
      type Query {
        strict(first: Int, last: Int): [Item!] @listSize(slicingArguments: ["first", "last"])
        started(first: Int = 20, last: Int): [Item!] @listSize(slicingArguments: ["first", "last"])
        both(first: Int = 20, last: Int = 10): [Item!] @listSize(slicingArguments: ["first", "last"])
        lenient(first: Int, last: Int): [Item!] @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
        assumed(first: Int): [Item!] @listSize(assumedSize: 5, slicingArguments: ["first"])
        fixed: [Item!] @listSize(assumedSize: 5)
        page(size: Int): Page @listSize(slicingArguments: ["size"], sizedFields: ["items"])
        connection(first: Int, last: Int): ItemConnection
        shelf: Shelf
        open: Open
      }
      type Item { id: ID!  parts(first: Int): [Item!] @listSize(slicingArguments: ["first"]) }
      type Page { items: [Item!] }
      type ItemConnection { edges: [ItemEdge!] }
      type ItemEdge { node: Item }
      interface Shelf { items(first: Int): [Item!] }
      type Board implements Shelf { items(first: Int): [Item!] @listSize(assumedSize: 3) }
      type Rack implements Shelf { items(first: Int): [Item!] @listSize(slicingArguments: ["first"]) }
      interface Open { items: [Item!] }
      type Box implements Open { items(first: Int): [Item!] @listSize(slicingArguments: ["first"]) }`),
  },
]);
const cost = createOperationCost(createSupergraph(supergraphSdl).schema);

/** Points, or the code that refuses it. */
const outcome = (query: string, variables = {}): unknown => {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation');
  try {
    return cost.estimate(document, operation, variables).total;
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
};
const invalid = 'GRAPHQL_VALIDATION_FAILED';

describe('a field of which exactly one slicing argument is required', () => {
  it.each<[string, unknown]>([
    ['{ strict(first: 7) { id } }', 7],
    ['{ strict(last: 0) { id } }', 0],
    ['{ strict { id } }', invalid],
    ['{ strict(first: 1, last: 1) { id } }', invalid],
    ['{ strict(first: 1, last: null) { id } }', 1],
    ['{ strict(first: null) { id } }', invalid],
    ['{ assumed { id } }', invalid],
    ['{ page { items { id } } }', invalid],
    ['{ page(size: 3) { items { id } } }', 4],
    ['{ ...F } fragment F on Query { ... { strict { id } } }', invalid],
    ['{ strict(first: 2) { parts(first: 3) { id } } }', 8],
    ['{ strict(first: 2) { parts { id } } }', invalid],
    ['{ strict(first: 0) { parts { id } } }', invalid],
    ['{ strict @skip(if: true) { id } fixed { id } }', 5],
  ])('%s: %s', (query, expected) => {
    expect([outcome(query), outcome(query)]).toEqual([expected, expected]);
  });

  it.each<[string, unknown]>([
    ['{ started { id } }', 20],
    ['{ started(last: 5) { id } }', 20],
    ['{ started(first: 3) { id } }', 3],
    ['{ started(first: null) { id } }', invalid],
    ['{ started(first: null, last: 5) { id } }', 20],
    ['{ started(first: 3, last: 5) { id } }', invalid],
    ['{ both { id } }', 20],
    ['{ both(last: 30) { id } }', 30],
  ])('has been given one by the schema where its caller gives none: %s: %s', (query, expected) => {
    expect(outcome(query)).toBe(expected);
  });

  it.each<[object, unknown]>([
    [{ first: 4 }, 4],
    [{ first: 4, last: null }, 4],
    [{ last: 0 }, 0],
    [{}, 'BAD_USER_INPUT'],
    [{ first: null }, 'BAD_USER_INPUT'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT'],
  ])('is judged by what its variables are: %j: %s', (variables, expected) => {
    expect(outcome('query ($first: Int, $last: Int) { strict(first: $first, last: $last) { id } }', variables)).toBe(expected);
  });

  it('takes the default of a variable for its value, and that of the schema for a variable without any', () => {
    const withDefault = 'query ($first: Int = 6) { strict(first: $first) { id } }';
    expect([outcome(withDefault), outcome(withDefault, { first: null })]).toEqual([6, 'BAD_USER_INPUT']);
    const started = 'query ($first: Int) { started(first: $first) { id } }';
    expect([outcome(started), outcome(started, { first: null })]).toEqual([20, 'BAD_USER_INPUT']);
  });

  it('is also one that is asked for by an interface of any such object, as far as that has the argument', () => {
    expect([outcome('{ shelf { items { id } } }'), outcome('{ shelf { items(first: 2) { id } } }')]).toEqual([invalid, 3]);
    expect(outcome('{ open { items { id } } }')).toBe(11);
  });
});

describe('a field of which no slicing argument is required', () => {
  it.each<[string, number]>([
    ['{ lenient { id } }', 10],
    ['{ lenient(first: 3, last: 4) { id } }', 4],
    ['{ fixed { id } }', 5],
    ['{ connection { edges { node { id } } } }', 21],
  ])('may be given none, or all: %s: %d', (query, expected) => {
    expect(outcome(query)).toBe(expected);
  });
});
