import { conforms, type Fixture } from './by-the-specification.ts';
import { computed, fail, ref } from './world.ts';

const estimate = () => computed(({ price, weight }) => (price === null ? null : Number(price) * Number(weight)));
const rating = () => computed(({ estimate: given }) => `rated ${given}`);

conforms(
  'enum and input intersections, shared roots and shared types',
  {
    subgraphs: {
      a: `
        type Query { find(by: Filter, level: Level = LOW): [Row!] @shareable now: Clock @shareable grade: Grade! @shareable grades: [Grade] @shareable echo(list: [Int!], nested: [[Level]]): String }
        input Filter { text: String min: Int = 2 tags: [String!] and: Filter onlyA: Int }
        enum Level { LOW HIGH ONLYA }
        enum Grade { GOOD BAD WORSE }
        type Clock @shareable { hours: Int zone: Zone }
        type Zone @shareable { name: String }
        type Row @key(fields: "id") { id: ID! text: String level: Echo }
        type Echo @shareable { said: String }`,
      b: `
        type Query { find(by: Filter, level: Level = LOW): [Row!] @shareable now: Clock @shareable grade: Grade! @shareable grades: [Grade] @shareable other(by: Filter): Row }
        input Filter { text: String min: Int = 2 tags: [String!] and: Filter }
        enum Level { LOW HIGH }
        enum Grade { GOOD BAD }
        type Clock @shareable { minutes: Int zone: Zone }
        type Zone @shareable { name: String offset: Int }
        type Row @key(fields: "id") { id: ID! sum(level: Level, by: Filter): String }
        type Echo @shareable { said: String }`,
    },
    world: () => {
      const said = (args: object) => JSON.stringify(args);
      return {
        Query: {
          root: {
            find: (args: object) => [ref('Row', 'one'), ...(said(args).includes('two') ? [ref('Row', 'two')] : [])],
            now: ref('Clock', 'now'),
            grade: 'GOOD',
            grades: ['GOOD', 'BAD', null],
            echo: said,
            other: (args: object) => (said(args).includes('null') ? null : ref('Row', 'two')),
          },
        },
        Clock: { now: { hours: 1, minutes: 2, zone: ref('Zone', 'z') } },
        Zone: { z: { name: 'Z', offset: 3 } },
        Row: { one: { id: '1', text: 'One', level: ref('Echo', 'e'), sum: said }, two: { id: '2', text: null, level: null, sum: said } },
        Echo: { e: { said: 'E' } },
      };
    },
  },
  {
    'fields of a shared root type': '{ now { hours minutes } }',
    'a shared type within it': '{ now { zone { name offset } hours } }',
    'an enum of both': '{ grade grades }',
    'what each enum is to clients':
      '{ in: __type(name: "Level") { enumValues { name } } out: __type(name: "Grade") { enumValues { name } } f: __type(name: "Filter") { inputFields { name } } }',
    'an enum as an argument': '{ find(level: HIGH) { id text } }',
    'an enum by a variable': ['query ($l: Level) { find(level: $l) { sum(level: $l) } }', { l: 'HIGH' }],
    'an input of both': '{ find(by: { text: "two", tags: ["x"] }) { text sum(by: { min: 3 }) } }',
    'an input by a variable': ['query ($f: Filter) { find(by: $f) { sum(by: $f) } }', { f: { text: 'two', and: { min: null } } }],
    'a part of an input by a variable': [
      'query ($t: String, $n: Int) { find(by: { text: $t, and: { min: $n } }) { sum(by: { text: $t }) } }',
      { t: 'two' },
    ],
    'defaults of an input': '{ other(by: {}) { id text } echo(list: []) }',
    'null in place of an input': '{ other(by: null) { id } }',
    'a list in place of one': ['query ($l: [Int!]) { echo(list: $l) one: echo(list: 5, nested: [[LOW, null], null]) }', { l: 3 }],
    'a default of the operation': 'query ($l: Level = HIGH, $t: String = "two") { find(level: $l, by: { text: $t }) { sum(level: $l) } }',
    'a variable nobody uses below': ['query ($l: Level) { find { id } other { sum(level: $l) } }', {}],
  },
);

const people: Fixture = {
  subgraphs: {
    a: `
      type Query { me: Person all: [Person!]! maybe: [Person!] strict: Person! }
      type Person @key(fields: "id") { id: ID! name: String! nick: String age: Int friends: [Person!] pets: [Pet] }
      type Pet { name: String! toys: [String!] }`,
    b: `
      type Query { top: Person }
      type Person @key(fields: "id") { id: ID! score: Int! rank: Int boss: Person! staff: [Person!]! fail: Int address: Address }
      type Address { street: String! town: String country: Country! }
      type Country { code: String! }`,
  },
  world: () => ({
    Query: {
      root: {
        me: ref('Person', 'ok'),
        all: [ref('Person', 'ok'), ref('Person', 'bad'), ref('Person', 'sad')],
        maybe: [ref('Person', 'bad'), ref('Person', 'ok')],
        strict: ref('Person', 'bad'),
        top: ref('Person', 'sad'),
      },
    },
    Person: {
      ok: {
        ...{ id: '1', name: 'Ok', nick: 'o', age: 1, friends: [ref('Person', 'sad')], pets: [ref('Pet', 'p'), null, ref('Pet', 'q')] },
        ...{ score: 1, rank: 1, boss: ref('Person', 'sad'), staff: [], fail: 1, address: ref('Address', 'a') },
      },
      bad: {
        ...{
          id: '2',
          name: 'Bad',
          nick: fail('no nick'),
          age: null,
          friends: [ref('Person', 'ok'), ref('Person', 'none')],
          pets: fail('no pets'),
        },
        ...{
          score: fail('no score'),
          rank: fail('no rank'),
          boss: null,
          staff: [ref('Person', 'ok'), null],
          fail: fail('fails'),
          address: ref('Address', 'b'),
        },
      },
      sad: {
        ...{ id: '3', name: 'Sad', nick: null, age: fail('no age'), friends: null, pets: [fail('no pet'), ref('Pet', 'p')] },
        ...{ score: 3, rank: null, boss: ref('Person', 'bad'), staff: [ref('Person', 'ok')], fail: null, address: null },
      },
    },
    Pet: { p: { name: 'P', toys: ['t', 'u'] }, q: { name: fail('no name'), toys: ['v', null] } },
    Address: {
      a: { street: 'S', town: 'T', country: ref('Country', 'it') },
      b: { street: null, town: fail('no town'), country: ref('Country', 'xx') },
    },
    Country: { it: { code: 'IT' }, xx: { code: fail('no code') } },
  }),
};

conforms('errors and null propagation', people, {
  'nothing wrong': '{ me { name score boss { name } } }',
  'a nullable field fails': '{ all { nick } }',
  'nullable fields of two subgraphs fail': '{ all { nick rank } }',
  'a field that may not be null fails, in a list of nullables': '{ maybe { score } }',
  'a field that may not be null fails, in a list that must have all': '{ all { score } }',
  'it fails at the root': '{ strict { score } }',
  'it fails at the root, beside what is well': '{ me { name } strict { score } }',
  'it fails below a nullable one': '{ me { friends { boss { score } } } top { boss { name } } }',
  'a null where none may be': '{ maybe { boss { name } } }',
  'a null in a list that must have all': '{ maybe { id staff { name } } }',
  'an object that fails in a list': '{ all { pets { name } } }',
  'a scalar null in a list that has none': '{ me { pets { toys } } }',
  'a field in a list of objects fails': '{ me { pets { name toys } nick } }',
  'below an entity of another subgraph': '{ all { address { town } } }',
  'a null below an entity of another subgraph': '{ all { address { street } } }',
  'two levels up': '{ all { address { country { code } town } nick } }',
  'under aliases': '{ a: all { x: nick y: rank } b: me { n: nick } }',
  'the same entity at two places': '{ a: all { nick } b: maybe { nick rank } }',
  'in fragments': '{ all { ...F } } fragment F on Person { nick ...G } fragment G on Person { rank fail }',
  'twice the same field': '{ all { fail fail ... { fail } } }',
  'an entity that nobody is': '{ maybe { friends { name } } }',
  'left out by a condition': ['query ($no: Boolean!) { all { id score @skip(if: $no) nick @skip(if: $no) } }', { no: true }],
  'on the way back to the first subgraph': '{ top { boss { nick friends { name } } staff { age } } }',
});

conforms('@include and @skip', people, {
  'a field': ['query ($y: Boolean!) { me { id name @include(if: $y) nick @skip(if: $y) } }', { y: true }],
  'a field of another subgraph': ['query ($y: Boolean!) { me { id score @include(if: $y) rank @skip(if: $y) } }', { y: false }],
  'an entity': ['query ($y: Boolean!) { me { id boss @include(if: $y) { name rank } } }', { y: false }],
  'an entity, taken': ['query ($y: Boolean!) { me { id boss @include(if: $y) { name rank } } }', { y: true }],
  'a root field': ['query ($y: Boolean!) { me @include(if: $y) { name } top @skip(if: $y) { name score } }', { y: false }],
  'every root field': ['query ($y: Boolean!) { me @include(if: $y) { name } }', { y: false }],
  'a fragment': ['query ($y: Boolean!) { me { ... @include(if: $y) { name score } id } }', { y: false }],
  'a named fragment twice': [
    'query ($a: Boolean!, $b: Boolean!) { me { ...F @include(if: $a) ...F @include(if: $b) id } } fragment F on Person { score nick }',
    { a: false, b: true },
  ],
  'one within another': [
    'query ($a: Boolean!, $b: Boolean!) { me { ... @include(if: $a) { name boss @skip(if: $b) { score nick } } } }',
    { a: true, b: false },
  ],
  'one field under two conditions': [
    'query ($a: Boolean!, $b: Boolean!) { me { rank @include(if: $a) ... @skip(if: $b) { rank score } } }',
    { a: false, b: true },
  ],
  'one field with and without': ['query ($a: Boolean!) { me { rank @include(if: $a) rank } }', { a: false }],
  'both on one field': ['query ($a: Boolean!, $b: Boolean!) { me { id score @include(if: $a) @skip(if: $b) } }', { a: true, b: true }],
  constants: '{ me { id name @include(if: false) score @skip(if: false) ... @include(if: true) { rank } } }',
  'a default': 'query ($a: Boolean! = false) { me { id rank @include(if: $a) } }',
  'lists below': ['query ($a: Boolean!) { all { id pets @include(if: $a) { name } staff @skip(if: $a) { score } } }', { a: true }],
  'the same entity by two conditions': [
    'query ($a: Boolean!) { x: me @include(if: $a) { rank } y: me @skip(if: $a) { rank score } }',
    { a: true },
  ],
});

const counters: Fixture = {
  subgraphs: {
    a: 'type Query { total: Int } type Mutation { add(by: Int!): Counter! addTwice: Counter stop: Counter } type Counter @key(fields: "id") { id: ID! value: Int }',
    b: 'type Mutation { multiply(by: Int!): Counter reset: Int } type Counter @key(fields: "id") { id: ID! history: [String!] double: Int }',
  },
  world: () => {
    const log: string[] = [];
    let value = 1;
    const did = (what: string, next: number) => {
      log.push(what);
      value = next;
      return ref('Counter', 'c');
    };
    return {
      Query: { root: { total: () => value } },
      Mutation: {
        root: {
          add: ({ by }: { by: number }) => did(`add ${by}`, value + by),
          addTwice: () => did('twice', value * 2),
          stop: fail('no stopping'),
          multiply: ({ by }: { by: number }) => (by === 0 ? fail('not by zero') : did(`multiply ${by}`, value * by)),
          reset: () => {
            did('reset', 0);
            return log.length;
          },
        },
      },
      Counter: { c: { id: 'c', value: () => value, history: () => [...log], double: () => value * 2 } },
    };
  },
};

conforms('the order of mutations', counters, {
  'of one subgraph': 'mutation { add(by: 2) { value } addTwice { value } again: add(by: 1) { value } }',
  'of two subgraphs in turn': 'mutation { add(by: 2) { value } multiply(by: 3) { double } last: add(by: 1) { value } }',
  'with fields of the other subgraph': 'mutation { add(by: 2) { value history } multiply(by: 3) { double value } }',
  'as they were written': 'mutation { z: multiply(by: 5) { value } a: add(by: 1) { history } m: multiply(by: 2) { history } }',
  'one that fails stops nobody': 'mutation { add(by: 1) { value } stop { value } multiply(by: 4) { value } }',
  'one that fails in the other subgraph': 'mutation { multiply(by: 0) { value } add(by: 1) { value history } }',
  'in fragments': 'mutation { ...F reset } fragment F on Mutation { add(by: 7) { value } multiply(by: 2) { value } }',
  'one left out': [
    'mutation ($y: Boolean!) { add(by: 1) @skip(if: $y) { value } multiply(by: 3) { value } reset @include(if: $y) }',
    { y: true },
  ],
  'scalars alone': 'mutation { a: reset b: reset }',
  'the type of the root, before and between':
    'mutation { __typename add(by: 1) { value history } t: __typename multiply(by: 2) { double value __typename } }',
  'one field in several fragments':
    'mutation { a: add(by: 1) { value } ...F ...G } fragment F on Mutation { multiply(by: 2) { value } a: add(by: 1) { history } } fragment G on Mutation { multiply(by: 2) { history c: value } a: add(by: 1) { double } }',
  'under names of keys and of what entity fetches are called':
    'mutation { id: add(by: 1) { value: id id: value history } _entities: multiply(by: 2) { history: double __typename: id } __typename: add(by: 3) { double } }',
  'all left out': [
    'mutation ($n: Boolean!) { add(by: 1) @include(if: $n) { value } ... @include(if: $n) { multiply(by: 2) { value } } }',
    { n: false },
  ],
  'by variables and defaults': [
    'mutation ($a: Int! = 2, $b: Int! = 3) { add(by: $a) { value history } multiply(by: $b) { value } last: add(by: $b) { value } }',
    { b: 4 },
  ],
});

const federation1: Fixture = {
  federation: false,
  subgraphs: {
    accounts: `
      type Query { me: User users: [User] }
      type User @key(fields: "id") @key(fields: "email") { id: ID! email: String name: String }`,
    reviews: `
      type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "name") product: Product }
      extend type User @key(fields: "id") { id: ID! @external name: String @external reviews: [Review] }
      extend type Product @key(fields: "sku") { sku: String! @external reviews: [Review] }`,
    products: `
      extend type Query { top(first: Int = 5): [Product] }
      type Product @key(fields: "sku") { sku: String! name: String price: Int weight: Int }`,
    shipping: `
      extend type Product @key(fields: "sku") { sku: String! @external price: Int @external weight: Int @external estimate: Int @requires(fields: "price weight") }`,
  },
  world: () => ({
    Query: {
      root: {
        me: ref('User', 'u'),
        users: [ref('User', 'u'), ref('User', 'v')],
        top: ({ first = 5 }: { first?: number }) => [ref('Product', 'p'), ref('Product', 'q')].slice(0, first),
      },
    },
    User: { u: { id: 'u', email: 'u@x', name: 'U', reviews: [ref('Review', 'r')] }, v: { id: 'v', email: null, name: null, reviews: [] } },
    Review: {
      r: { id: 'r', body: 'R', author: ref('User', 'u'), product: ref('Product', 'p') },
      s: { id: 's', body: null, author: ref('User', 'v'), product: ref('Product', 'q') },
    },
    Product: {
      p: { sku: 'p', name: 'P', price: 10, weight: 2, reviews: [ref('Review', 'r'), ref('Review', 's')], estimate: estimate() },
      q: { sku: 'q', name: 'Q', price: null, weight: 3, reviews: null, estimate: estimate() },
    },
  }),
};

conforms('Federation 1', federation1, {
  'an extended entity': '{ me { name reviews { body } } }',
  'entities of a list': '{ top { name reviews { author { name email } } } }',
  'a provided field': '{ me { reviews { author { name } } } }',
  'a required field': '{ top(first: 1) { estimate } }',
  'a required field that is null': '{ top { name estimate price } }',
  'over every subgraph': '{ users { reviews { product { name estimate reviews { body author { email } } } } } }',
  'an alias for a key': '{ top { sku: name id: sku estimate } }',
  typenames: '{ __typename me { __typename reviews { __typename product { __typename estimate } } } }',
});

conforms(
  'Federation 1 beside Federation 2',
  {
    federation: false,
    subgraphs: {
      ...federation1.subgraphs,
      ratings: `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@external", "@requires"])
        type Product @key(fields: "sku") { sku: String! estimate: Int @external rating: String @requires(fields: "estimate") }`,
    },
    world: () => {
      const world = federation1.world();
      const products = Object.entries(world.Product ?? {}).map(([name, record]) => [name, { ...record, rating: rating() }]);
      return { ...world, Product: Object.fromEntries(products) };
    },
  },
  {
    'a requirement of a requirement': '{ top { rating } }',
    'beside both': '{ top { rating estimate weight reviews { author { reviews { product { rating } } } } } }',
  },
);
