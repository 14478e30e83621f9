import { composeServices } from '@apollo/composition';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSupergraph } from '../plan/supergraph.ts';
import { createOperationCost } from './operation-cost.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])';
const { supergraphSdl = '' } = composeServices([
  {
    name: 'shop',
    url: 'http://shop',
    typeDefs: parse(`${link}
      type Query {
        product: Product
        products: [Product!]
        top(limit: Int = 3): [Product!] @listSize(slicingArguments: ["limit"])
        fixed: [Product!] @listSize(assumedSize: 40)
        rebate(of: Int @cost(weight: -500)): Price @cost(weight: -1000)
        search(text: String @cost(weight: 7)): [Product!] @cost(weight: 5)
        orders(first: Int = 20, after: String): OrderConnection!
        node: Node
        nodes: [Node!]
        found: Found
        grid: [[Product!]!]
        match(filter: Filter): Product
        pages(size: Int): Page @listSize(slicingArguments: ["size"], sizedFields: ["items"])
      }
      type Mutation { buy: Product }
      type Product @key(fields: "id") { id: ID! name: String price: Price parts: [Product!] }
      type Price @cost(weight: 4) { amount: Int currency: Currency }
      enum Currency @cost(weight: 2) { EUR }
      type OrderConnection { edges: [OrderEdge!]! totalCount: Int }
      type OrderEdge { node: Product! }
      interface Node { id: ID! fees: Int related: [Product!] search(text: String, in: String @cost(weight: 2), filter: Filter): Int }
      type Archive implements Node @cost(weight: 20) {
        id: ID!
        fees: Int @cost(weight: 9)
        related: [Product!] @listSize(assumedSize: 30)
        search(text: String @cost(weight: 50), in: String, filter: Filter): Int
      }
      type Note implements Node {
        id: ID!
        fees: Int
        related: [Product!]
        search(text: String @cost(weight: 3), in: String @cost(weight: 1), filter: Filter): Int
      }
      union Found = Note | Archive
      input Filter { text: String @cost(weight: 6) any: [Filter!] }
      type Page { items: [Product!] others: [Product!] }`),
  },
  {
    name: 'stock',
    url: 'http://stock',
    typeDefs: parse(`${link} type Product @key(fields: "id") { id: ID! inStock: Int @cost(weight: 3) }`),
  },
]);
const cost = createOperationCost(createSupergraph(supergraphSdl).schema);

const operationOf = (query: string) => {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('one operation');
  return { document, operation };
};
const estimated = (query: string, variables = {}) => {
  const { document, operation } = operationOf(query);
  return cost.estimate(document, operation, variables);
};

describe('what an operation is estimated to cost', () => {
  it.each<[string, number]>([
    ['{ product { id name } }', 1],
    ['{ a: product { id } b: product { id } }', 2],
    ['{ products { id } }', 10],
    ['{ products { parts { id } } }', 110],
    ['{ top { id } }', 3],
    ['{ top(limit: 7) { id } }', 7],
    ['{ top(limit: 0) { parts { id } } }', 0],
    ['{ fixed { id } }', 40],
    ['{ fixed { id } rebate(of: 1) { amount } }', 40],
    ['{ search(text: "x") { id } }', 57],
    ['{ search { id } }', 50],
    ['{ product { price { amount } } }', 5],
    ['{ product { price { currency } } }', 7],
    ['{ product { inStock } }', 4],
    ['mutation { buy { id } }', 11],
    ['{ orders { edges { node { id } } } }', 41],
    ['{ orders(first: 100) { edges { node { parts { id } } } totalCount } }', 1_201],
    ['{ pages(size: 5) { items { id } others { id } } }', 16],
    ['{ node { id } }', 20],
    ['{ nodes { fees } }', 290],
    ['{ node { related { id } } }', 50],
    ['{ node { ... on Note { fees related { id } } } }', 30],
    ['{ node { search } }', 20],
    ['{ node { search(text: "x") } }', 70],
    ['{ node { search(text: "x", in: "y", filter: { text: "z" }) } }', 78],
    ['{ nodes { search(text: "x") } }', 700],
    ['{ node { ... on Note { search(text: "x", in: "y") } } }', 24],
    ['{ node { ... on Archive { search(text: "x", in: "y") } } }', 70],
    ['{ found { __typename } }', 20],
    ['{ grid { id } }', 100],
    ['{ match(filter: { text: "x" }) { id } }', 7],
    ['{ match(filter: { text: "x", any: [{ text: "y" }, {}, { any: [{ text: "z" }] }] }) { id } }', 19],
    ['{ product { ...F } } fragment F on Product { parts { id } ... on Product { price { amount } } }', 15],
    ['{ product @skip(if: true) { id } products @include(if: false) { id } }', 0],
  ])('%s: %d', (query, points) => {
    expect(estimated(query).total).toBe(points);
  });

  it('depends on the variables, and on their defaults', () => {
    const query = 'query ($n: Int = 5, $with: Boolean!) { top(limit: $n) { id } product @include(if: $with) { id } }';
    expect(estimated(query, { with: false }).total).toBe(5);
    expect(estimated(query, { with: true, n: 9 }).total).toBe(10);
    const filtered = 'query ($filter: Filter, $text: String) { a: match(filter: $filter) { id } b: match(filter: { text: $text }) { id } }';
    expect(estimated(filtered, { filter: { any: [{ text: 'x' }, { text: 'y' }] } }).total).toBe(13 + 1);
  });

  it('is told apart by the subgraph that alone can answer', () => {
    expect([...estimated('{ products { name inStock } }').bySubgraph]).toEqual([
      ['shop', 10],
      ['stock', 30],
    ]);
  });
});

describe('what an operation did cost', () => {
  it('counts what came back', () => {
    const { document, operation } = operationOf('query { products { id parts { id price { amount } } inStock } product { id } }');
    const data = {
      products: [
        {
          id: '1',
          parts: [
            { id: '2', price: { amount: 1 } },
            { id: '3', price: null },
          ],
          inStock: 1,
        },
        { id: '4', parts: [], inStock: null },
      ],
      product: null,
    };
    // Two products, two parts, one price of 4, one stock of 3.
    expect(cost.actual(document, operation, {}, data).total).toBe(2 + 2 + 4 + 3);
    expect(cost.actual(document, operation, {}, null).total).toBe(0);
  });
});
