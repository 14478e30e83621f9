import { describe, expect, it } from 'vitest';
import { type Composed, comparable, compose } from './test/composed.ts';
import { library } from './test/library.ts';
import { shop } from './test/shop.ts';

type Case = readonly [query: string, variables?: Record<string, unknown>];
type Group = Record<string, Case>;

const sameAsStock = (composed: Composed, group: string, cases: Group): void => {
  describe(`the stock executor's answer: ${group}`, () => {
    for (const [name, [query, variables]] of Object.entries(cases)) {
      it(`is given for ${name}`, async () => {
        const answer = await composed.ours(query, variables);

        expect(comparable(answer)).toEqual(comparable(await composed.stock(query, variables)));
        // A case whose stock answer is wrong itself would prove nothing.
        expect(answer.data === null || Object.keys(answer.data ?? {}).length > 0).toBe(true);
      });
    }
  });
};

const ofShop = compose(shop);
const ofLibrary = compose(library());

sameAsStock(ofShop, 'one subgraph after another', {
  'a field of one subgraph': ['{ me { id name } }'],
  'an entity of two subgraphs': ['{ me { name reviews { body } } }'],
  'entities of a list': ['{ topProducts { name reviews { body author { name } } } }'],
  'the way back to the first subgraph': ['{ me { reviews { author { name birthday } product { name } } } }'],
  'a provided field': ['{ review(id: "1") { author { username } } }'],
  'a provided field beside one that is not': ['{ review(id: "1") { author { username name } } }'],
  'a required field that was not asked for': ['{ topProducts { shippingEstimate } }'],
  'a required field under another path': ['{ me { reviews { product { shippingEstimate inStock } } } }'],
  'two root fields': ['{ me { name } topProducts { name } }'],
  'the same field twice': ['{ me { name } me { reviews { id } name } }'],
  'aliases of a field with other arguments': [
    '{ a: product(upc: "1") { name shippingEstimate } b: product(upc: "2") { n: name s: shippingEstimate } }',
  ],
  'one entity at two places under other aliases': [
    '{ me { reviews { product { a: name } } } topProducts { reviews { author { reviews { product { b: name a: upc } } } } } }',
  ],
  'an entity that does not exist': ['{ product(upc: "nope") { name inStock } }'],
  'an empty list': ['{ topProducts(first: 0) { name inStock reviews { body } } }'],
  'an argument by a variable': ['query ($first: Int) { topProducts(first: $first) { name inStock } }', { first: 1 }],
  'a variable left to its default': ['query ($first: Int = 2) { topProducts(first: $first) { upc } }'],
  'a variable that is null': ['query ($first: Int) { product(upc: "1") { upc } topProducts(first: $first) { upc } }', { first: null }],
});

sameAsStock(ofShop, 'names', {
  '__typename at the root': ['{ __typename }'],
  '__typename at the root beside a field': ['{ __typename me { __typename } }'],
  '__typename under an alias': ['{ t: __typename me { a: __typename b: __typename reviews { c: __typename } } }'],
  'an alias that every object has': ['{ constructor: me { toString: name hasOwnProperty: reviews { valueOf: body } } }'],
  'an alias that no object may have': ['{ __proto__: me { __proto__: name } }'],
  'an alias that is another field': ['{ me { id: name name: id } }'],
});

sameAsStock(ofShop, 'skip and include', {
  'a field skipped by a variable': ['query ($no: Boolean!) { me { name @skip(if: $no) reviews { body } } }', { no: true }],
  'a field not skipped': ['query ($no: Boolean!) { me { name @skip(if: $no) reviews { body } } }', { no: false }],
  'a whole fetch not included': ['query ($yes: Boolean!) { me { name reviews @include(if: $yes) { body } } }', { yes: false }],
  'a whole fetch included': ['query ($yes: Boolean!) { me { name reviews @include(if: $yes) { body } } }', { yes: true }],
  'both on one field': ['query ($a: Boolean!, $b: Boolean!) { me { id name @skip(if: $a) @include(if: $b) } }', { a: false, b: true }],
  'a condition left to its default': ['query ($yes: Boolean = false) { me { id name @include(if: $yes) } }'],
  'a condition on a fragment': ['query ($yes: Boolean!) { me { id ... @include(if: $yes) { name reviews { id } } } }', { yes: false }],
  'a condition on a fragment spread': [
    'query ($yes: Boolean!) { me { id ...More @include(if: $yes) } } fragment More on User { name reviews { id } }',
    { yes: true },
  ],
  'one field under two conditions': [
    'query ($a: Boolean!, $b: Boolean!) { me { name @include(if: $a) name @include(if: $b) id } }',
    { a: false, b: true },
  ],
  constants: ['{ me { id name @skip(if: true) birthday @include(if: true) } }'],
  'two conditions that never hold together': [
    'query ($x: Boolean!) { me { id name @skip(if: $x) @include(if: $x) } a: me @skip(if: $x) @include(if: $x) { id } }',
    { x: true },
  ],
  'everything skipped': ['{ me @skip(if: true) { id } __typename }'],
});

sameAsStock(ofShop, 'introspection', {
  'the schema': ['{ __schema { queryType { name } types { name kind } } }'],
  'a type': ['{ __type(name: "Product") { name fields { name type { name ofType { name } } } } }'],
  'a type by a variable': ['query ($name: String!) { __type(name: $name) { name } }', { name: 'User' }],
  'a type beside data': ['{ t: __type(name: "User") { kind } me { name } }'],
  'a type in a fragment': ['{ ...F } fragment F on Query { __type(name: "User") { ...T } me { id } } fragment T on __Type { name }'],
  'a type left out': ['query ($no: Boolean!) { me { id } __type(name: "User") @skip(if: $no) { name } }', { no: true }],
});

sameAsStock(ofLibrary, 'abstract types', {
  'an interface': ['{ media { id title } }'],
  'an interface with its types': ['{ media { __typename id ... on Book { isbn } ... on Film { minutes } } }'],
  'an interface whose types differ in the same name': [
    '{ media { ... on Book { x: title } ... on Film { y: id } } search { ... on Author { x: name } ... on Book { x: title } } }',
  ],
  'a union': ['{ search { __typename ... on Book { title author { name } } ... on Film { minutes } ... on Author { name biography } } }'],
  'a union through an interface': ['{ search { ... on Media { id title } ... on Named { name } } }'],
  'a union of which one type is asked for': ['{ search { ... on Film { hours } } }'],
  'lists of lists': ['{ shelf { __typename id ... on Book { label author { biography } } } }'],
  'a list of lists of scalars': ['{ books { chapters } }'],
  'an enum and an opaque scalar': ['{ books { kind opaque } }'],
  'an enum as an argument': ['query ($kind: Kind) { books(kind: $kind) { id } }', { kind: 'ESSAY' }],
  'an interface of one type': ['{ named(name: "y") { name ... on Author { id biography } } }'],
  'nested fragments': ['{ media { ... on Media { ... on Book { isbn ... on Media { title } } } } }'],
});

sameAsStock(ofLibrary, 'interface objects', {
  'a field that every implementation gets': ['{ media { id stars } }'],
  'a field on one implementation': ['{ media { ... on Book { stars isbn } ... on Film { title } } }'],
  'a root field of the interface object': ['{ bestRated { id stars } }'],
  'the type of an object found by its interface': ['{ bestRated { __typename id title ... on Book { isbn } } }'],
  'an interface inside what the interface object adds': ['{ media { ratings { score of { __typename title } } } }'],
  'arguments on it': [
    'query ($n: Int) { media { ratings(first: $n) { score } } item(id: "f1") { ratings(first: 2) { score by } } }',
    { n: 1 },
  ],
});

sameAsStock(ofLibrary, 'keys and requirements', {
  'another key in another subgraph': ['{ authors { id biography } }'],
  'a null key': ['{ authors { name biography secrets } }'],
  'an entity that links back by another key': ['{ authors { spouse { email biography } } }'],
  'an entity that leads nowhere': ['{ authors { spouse { email name } } }'],
  'nested requirements': ['{ books { label } }'],
  'a requirement of a requirement': ['{ books { taxLabel } }'],
  'a requirement that is null': ['{ media { ... on Film { hours } } }'],
  'requirements that are asked for too': ['{ books { isbn author { name rank } label taxLabel } }'],
  'requirements under an alias': ['{ books { i: isbn author { n: name } l: label } }'],
  'an entity found by its key': ['{ book(id: "b1") { label ratings { score } taxLabel } }'],
  'a root shared by two subgraphs': ['{ version { catalog ratings both } }'],
  'a root shared, asked twice': ['{ version { catalog } v: version { ratings both } }'],
});

sameAsStock(ofLibrary, 'errors and nulls', {
  'a failed root field': ['{ broken authors { id } }'],
  'a failed root field that may not be null': ['{ strictlyBroken { id } }'],
  'a failed field in a list': ['{ authors { id mood } }'],
  'a failed field of an entity': ['{ authors { id strictSecret } }'],
  'a failed field below a nullable one': ['{ authors { id spouse { strictSecret } } }'],
  'a failed field in a list of interfaces': ['{ item(id: "f2") { id strictRating { score } } media { id } }'],
  'failures in a list of interfaces that may not be null': ['{ media { id strictRating { score } } }'],
  'a null in a list that promises none': ['{ authors { id secrets } }'],
  'failures of two subgraphs': ['{ authors { id mood strictSecret } broken }'],
  'a failed field at two places': ['{ a: authors { x: strictSecret } b: authors { id y: strictSecret } }'],
});

describe("the stock executor's answer: mutations", () => {
  const cases: Group = {
    'fields of one subgraph': ['mutation { lend(id: "b1") { title } renew(id: "b1") { title } again: lend(id: "b2") { id } }'],
    'fields of two subgraphs in turn': [
      'mutation { lend(id: "b1") { stars } rate(id: "b1", score: 2) { title stars } renew(id: "b2") { label } }',
    ],
    'fields in the order they were written': [
      'mutation { z: rate(id: "f1", score: 1) { id } a: lend(id: "b1") { id } m: rate(id: "f2", score: 3) { id } }',
    ],
  };
  for (const [name, [query]] of Object.entries(cases)) {
    it(`is given for ${name}, in the same order`, async () => {
      const log: string[] = [];
      const { ours, stock } = compose(library(log));

      const answer = await ours(query);
      const order = log.splice(0);

      expect(comparable(answer)).toEqual(comparable(await stock(query)));
      expect(order).toEqual(log);
      expect(order.length).toBeGreaterThan(1);
    });
  }
});
