import { conforms, type Fixture } from './by-the-specification.ts';
import { fail, ref } from './world.ts';

const staff: Fixture = {
  federation: false,
  subgraphs: {
    accounts: `
      type Query { me: User users: [User] node(id: ID!): Node search: [Result] }
      interface Node { id: ID! }
      union Result = User | Org
      enum Level { LOW HIGH }
      type Address { street: String city: City zip: Int }
      type City { name: String code: Int }
      type User implements Node @key(fields: "id") @key(fields: "org { id } email") { id: ID! email: String org: Org name: String address: Address level: Level }
      type Org implements Node @key(fields: "id") { id: ID! title: String }`,
    shipping: `
      enum Level { LOW HIGH }
      type City { name: String code: Int }
      type Address @extends { street: String @external city: City @external }
      type User @extends @key(fields: "id") { id: ID! @external address: Address @external parcels(level: Level = HIGH): [Parcel!] }
      type Parcel @key(fields: "id") { id: ID! to: User @provides(fields: "address { street }") from: City }`,
    hr: `
      extend type User @key(fields: "org { id } email") { org: Org @external email: String @external salary(n: Int): Int boss: User team: [User] }
      extend type Org @key(fields: "id") { id: ID! @external staff: [User!] }
      extend type Query { topOrg: Org }`,
  },
  world: () => ({
    Query: {
      root: {
        me: ref('User', 'u'),
        users: [ref('User', 'u'), ref('User', 'v'), null],
        node: ({ id }: { id: string }) => ref(id === 'o' ? 'Org' : 'User', id),
        search: [ref('Org', 'o'), ref('User', 'v')],
        topOrg: ref('Org', 'o'),
      },
    },
    User: {
      u: {
        id: 'u',
        email: 'eu',
        org: ref('Org', 'o'),
        name: 'U',
        address: ref('Address', 'a'),
        level: 'LOW',
        parcels: [ref('Parcel', 'p')],
        salary: 5,
        boss: ref('User', 'v'),
        team: null,
      },
      v: {
        id: 'v',
        email: 'ev',
        org: ref('Org', 'o'),
        name: null,
        address: null,
        level: null,
        parcels: null,
        salary: fail('secret'),
        boss: null,
        team: [ref('User', 'u'), ref('User', 'v')],
      },
    },
    Org: { o: { id: 'o', title: 'O', staff: [ref('User', 'v'), ref('User', 'u')] } },
    Address: { a: { street: 'S', city: ref('City', 'c'), zip: 5 } },
    City: { c: { name: 'C', code: 3 } },
    Parcel: { p: { id: 'p', to: ref('User', 'u'), from: ref('City', 'c') } },
  }),
};

conforms('Federation 1, its keys within keys', staff, {
  'both ways': '{ me { salary boss { name salary team { name } } } topOrg { title staff { salary(n: 3) name level } } }',
  'under names of each other': '{ me { org: name email: id id: email salary boss { org { id: title } name: email } } }',
  'of an interface': '{ a: node(id: "u") { id ... on User { salary } } b: node(id: "o") { id ... on Org { staff { id } } __typename } }',
  'of a union': '{ search { ... on User { salary boss { id } } ... on Org { staff { boss { salary } } title } ... on Node { id } } }',
  'a provided value type, and more of it': '{ me { parcels { to { address { street zip city { code } } } from { name } } } }',
  'with arguments that are null': [
    'query ($l: Level = LOW, $n: Int) { users { parcels(level: $l) { id } salary(n: $n) } }',
    { l: null, n: 2 },
  ],
});
