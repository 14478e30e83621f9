import { conforms, type Fixture } from './by-the-specification.ts';
import { fail, ref } from './world.ts';

const grids: Fixture = {
  subgraphs: {
    a: `
      type Query { grid: [[User]] cube: [[[User!]]] box: Box shelf: [[Row!]] mixed: [[[Node]]] }
      type Box { rows: [[User!]!]! }
      type Row { users: [[User]] user: User }
      type User @key(fields: "id") { id: ID! name: String kids: [[User]] }
      interface Node { id: ID! }
      type Key implements Node @key(fields: "id") { id: ID! users: [[User!]] }
      type Lock implements Node @key(fields: "id") { id: ID! depth: Int }`,
    b: `
      type User @key(fields: "id") { id: ID! score: Int! soft: Int numbers: [[Int!]!] friends: [[User!]] texts: [[String]] }
      type Key @key(fields: "id") { id: ID! code: String! }
      type Lock @key(fields: "id") { id: ID! pins: [[String!]] }`,
  },
  world: () => ({
    Query: {
      root: {
        grid: [[ref('User', 'a'), null, ref('User', 'b')], null, [], [ref('User', 'a')]],
        cube: [[[ref('User', 'a')], [ref('User', 'b')]], null],
        box: ref('Box', 'x'),
        shelf: [[ref('Row', 'r')], null],
        mixed: [[[ref('Key', 'k'), ref('Lock', 'l'), null]], null],
      },
    },
    Box: { x: { rows: [[ref('User', 'a')], [ref('User', 'b'), ref('User', 'a')]] } },
    Row: { r: { users: [[ref('User', 'b')], [null, ref('User', 'a')]], user: ref('User', 'b') } },
    User: {
      a: {
        id: 'a',
        name: 'A',
        kids: [[ref('User', 'b'), ref('User', 'a')], null],
        score: 1,
        soft: fail('soft'),
        numbers: [[1, 2], [3]],
        friends: [[ref('User', 'a')], [ref('User', 'b')]],
        texts: [['x', null], null],
      },
      b: {
        id: 'b',
        name: null,
        kids: null,
        score: fail('no score'),
        soft: 2,
        numbers: [[1, fail('no number')], []],
        friends: [null],
        texts: null,
      },
    },
    Key: { k: { id: 'k', users: [[ref('User', 'a')], null], code: 'K' } },
    Lock: { l: { id: 'l', depth: null, pins: [['p'], null, []] } },
  }),
};

conforms('lists of lists', grids, {
  'what fails in them': '{ grid { soft name } cube { soft id } shelf { users { soft } user { soft } } }',
  'what takes along what it stands with': '{ grid { score name } shelf { users { score } user { score } } }',
  'what takes along all there is': '{ cube { score } box { rows { score } } }',
  'within entities': '{ box { rows { soft kids { numbers texts friends { soft } } } } }',
  'on the way back': '{ shelf { users { friends { score kids { soft } } } } grid { numbers } }',
  'of an interface': '{ mixed { id ... on Key { code users { soft score } } ... on Lock { pins depth } __typename } }',
  'one asked for twice': '{ grid { id kids { id soft } ...F } } fragment F on User { kids { name numbers } id friends { kids { soft } } }',
});
