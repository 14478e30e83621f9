import { conforms, type Fixture } from './by-the-specification.ts';
import { computed, fail, ref } from './world.ts';

const said = (args: object) => JSON.stringify(args);

const people: Fixture = {
  subgraphs: {
    a: `
      scalar JSON
      enum Level { LOW HIGH SECRET @inaccessible }
      input Filter { text: String = "any" ids: [ID!] level: Level = LOW nested: [Filter!] size: Float }
      interface Thing { id: ID! label: String }
      type Query { me: User things: [Thing] echo(by: Filter, any: JSON, rows: [[Int]]): String must(n: Int!): String }
      type User implements Thing @key(fields: "id") { id: ID! label: String posts(by: Filter, n: Int = 3): [Post!] meta: JSON }
      type Post implements Thing @key(fields: "id") { id: ID! label: String title: String }`,
    b: `
      scalar JSON
      enum Level { LOW HIGH SECRET @inaccessible }
      input Filter { text: String = "any" ids: [ID!] level: Level = LOW nested: [Filter!] size: Float }
      type User @key(fields: "id") { id: ID! score(by: Filter, n: Int): String badges(by: Filter): [Badge] meta: JSON @external told: JSON @requires(fields: "meta") }
      type Badge { code: String level: Level }
      type Post @key(fields: "id") { id: ID! stars(by: Filter, n: Int): String votes: Int }`,
  },
  world: () => ({
    Query: { root: { me: ref('User', 'u'), things: [ref('Post', 'p'), ref('User', 'u')], echo: said, must: said } },
    User: {
      u: {
        id: '1',
        label: 'U',
        posts: () => [ref('Post', 'p'), ref('Post', 'r')],
        score: said,
        badges: () => [ref('Badge', 'g')],
        meta: { x: [1, { toJSON: 1, id: 5 }, null], __typename: 'Nothing' },
        told: computed(({ meta }) => meta),
      },
    },
    Badge: { g: { code: 'G', level: 'HIGH' } },
    Post: {
      p: { id: '1', label: 'P', title: 'P', stars: said, votes: 2 },
      r: { id: '2', label: 'R', title: null, stars: fail('none'), votes: null },
    },
  }),
};

conforms('arguments', people, {
  'an object written in two orders, in fragments':
    '{ me { ...A ...B } } fragment A on User { posts(by: { text: "a", size: 1 }, n: 2) { id } } fragment B on User { posts(n: 2, by: { size: 1, text: "a" }) { title stars } }',
  'objects within it, of another subgraph':
    '{ me { ... { badges(by: { nested: [{ text: "a", size: 1 }] }) { code } } badges(by: { nested: [{ size: 1, text: "a" }] }) { level } } }',
  'of fields of several types by one name':
    'query ($n: Int) { things { ... on User { s: score(n: $n) } ... on Post { s: stars(n: 2) } } x: things { ... on User { s: score(n: 5) } ... on Post { s: stars(n: $n) } } }',
  'variables within objects and lists': [
    'query ($a: ID!, $t: String, $l: Level = HIGH, $f: Filter!) { me { score(by: { ids: [$a, "2"], text: $t, level: $l, nested: [{ level: $l }, $f] }) badges(by: $f) { code } } echo(by: $f) }',
    { a: 5, f: { ids: 7, nested: { text: 'x', size: 3 } } },
  ],
  'a scalar of any shape': [
    'query ($j: JSON, $s: String) { echo(any: $j) b: echo(any: { a: [$s, { b: $j }], c: ENUM }) me { meta told } }',
    { j: { a: [1, null, { b: true }] }, s: 'text' },
  ],
  'one in place of a list of lists': [
    'query ($r: [[Int]]) { a: echo(rows: $r) b: echo(rows: 1) c: echo(rows: [1, [2, null], null]) }',
    { r: 3 },
  ],
  'null where a default stands': ['query ($n: Int = 5) { must(n: $n) me { score(n: $n) posts(n: $n) { stars(n: $n) } } }', { n: null }],
  'nothing where a default stands': ['query ($n: Int = 5) { must(n: $n) me { score(n: $n) } }', {}],
  'a value that clients don’t see': ['query ($f: Filter) { me { score(by: $f) } }', { f: { level: 'SECRET' } }],
  'null in a list that has none': ['query ($f: Filter) { me { score(by: $f) } }', { f: { ids: [null] } }],
});

conforms('names that the gateway uses itself', people, {
  typenames:
    '{ t: __typename me { id: __typename __typename: label score } things { id: __typename x: __typename ... on User { id: __typename y: id } } }',
  'of entity fetches':
    '{ _entities: me { _entities: score _0: label __typename: badges { _service: code } } _service: me { representations: score(n: 1) } }',
});
