import { conforms } from './by-the-specification.ts';
import { ref } from './world.ts';

conforms(
  'several keys, compound and nested keys, null keys',
  {
    subgraphs: {
      people: `
        type Query { people: [Person!]! person(id: ID!): Person firm: Firm lost: Person }
        type Person @key(fields: "id") @key(fields: "email") { id: ID! email: String name: String firm: Firm }
        type Firm @key(fields: "id code") { id: ID! code: String! title: String }`,
      mail: `
        type Query { mailbox(email: String!): Person }
        type Person @key(fields: "email") { email: String unread: Int best: Person }`,
      badges: `
        type Person @key(fields: "id") { id: ID! badge: Badge }
        type Badge @key(fields: "holder { id }") @key(fields: "id") { id: ID! holder: Person! colour: String }`,
      doors: `
        type Badge @key(fields: "id") { id: ID! opens: [String!] }
        type Firm @key(fields: "id code") { id: ID! code: String! floors: Int doors: [Firm] }`,
    },
    world: () => ({
      Query: {
        root: {
          people: [ref('Person', 'ada'), ref('Person', 'bob'), ref('Person', 'cyd')],
          person: ({ id }: { id: string }) => ref('Person', id),
          mailbox: ({ email }: { email: string }) => ref('Person', email.slice(0, 3)),
          firm: ref('Firm', 'one'),
          lost: ref('Person', 'nobody'),
        },
      },
      Person: {
        ada: {
          id: 'ada',
          email: 'ada@x',
          name: 'Ada',
          firm: ref('Firm', 'one'),
          unread: 3,
          best: ref('Person', 'bob'),
          badge: ref('Badge', 'b1'),
        },
        bob: { id: 'bob', email: null, name: 'Bob', firm: ref('Firm', 'two'), unread: 5, best: null, badge: ref('Badge', 'b2') },
        cyd: { id: 'cyd', email: 'cyd@x', name: null, firm: null, unread: null, best: ref('Person', 'cyd'), badge: null },
      },
      Badge: {
        b1: { id: 'b1', holder: ref('Person', 'ada'), colour: 'red', opens: ['a', 'b'] },
        b2: { id: 'b2', holder: ref('Person', 'bob'), colour: null, opens: null },
      },
      Firm: {
        one: { id: '1', code: 'x', title: 'One', floors: 3, doors: [ref('Firm', 'two'), null] },
        two: { id: '1', code: 'y', title: 'Two', floors: 9, doors: [] },
      },
    }),
  },
  {
    'by the first key': '{ people { name badge { colour } } }',
    'by a key of a key': '{ people { badge { holder { name } } } }',
    'from one key to the other through a third subgraph': '{ mailbox(email: "ada@x") { badge { colour opens } name } }',
    'back and forth': '{ mailbox(email: "cyd@x") { best { best { unread name } badge { id } } } }',
    'by a compound key': '{ people { firm { title floors } } }',
    'by a compound key of which one part is the same': '{ firm { floors doors { title floors doors { title } } } }',
    'to an entity that is nobody': '{ lost { name unread } person(id: "zed") { badge { id } } }',
    'a list of nulls': '{ firm { doors { code } } }',
    'an alias for a key': '{ people { key: id mail: email unread: name } }',
    'a key that is another field’s alias': '{ person(id: "ada") { email: name id: email badge { colour } } }',
    'the same entity by two ways': '{ a: person(id: "ada") { unread } b: mailbox(email: "ada@x") { name firm { floors } } }',
    'keys alone': '{ people { id email } }',
    'a nested key through a list': '{ people { badge { holder { badge { opens holder { firm { floors } } } } } } }',
    'with variables': ['query ($id: ID!) { person(id: $id) { unread badge { opens } } }', { id: 'ada' }],
  },
);

conforms(
  'a null key leads nowhere, and spoils nothing else',
  {
    subgraphs: {
      a: 'type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID name: String }',
      b: 'type Thing @key(fields: "id") { id: ID size: Int }',
    },
    world: () => ({
      Query: { root: { things: [ref('Thing', 'one'), null, ref('Thing', 'two')] } },
      Thing: { one: { id: '1', name: 'One', size: 1 }, two: { id: '2', name: null, size: null } },
    }),
  },
  {
    'nulls between entities': '{ things { name size } }',
    'entities twice': '{ a: things { size } b: things { size name } }',
    'nothing of the first subgraph': '{ things { size } }',
    'typenames all the way': '{ __typename things { __typename size } }',
  },
);
