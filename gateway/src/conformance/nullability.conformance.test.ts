import { conforms, type Fixture } from './by-the-specification.ts';
import { fail, ref } from './world.ts';

/** What one subgraph promises of one type and another doesn't, neither does the supergraph: by one name, that subgraph can't be asked for both. */
const promises: Fixture = {
  subgraphs: {
    strict: `
      union Any = Ant | Bee | Cat
      interface Animal { id: ID! }
      type Query { any: [Any] animals: [Animal!] rows: [[Any]] jar: Jar }
      type Ant implements Animal @key(fields: "id") { id: ID! name: String! @shareable near: [Any!]! @shareable parts: [Part!]! @shareable }
      type Bee implements Animal @key(fields: "id") { id: ID! name: String @shareable near: [Any] @shareable parts: [Part] @shareable }
      type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable parts: [Part!] @shareable }
      type Part @shareable { size: Int! colour: String }
      type Jar @key(fields: "id") { id: ID! }`,
    lenient: `
      union Any = Ant | Bee | Cat
      type Ant @key(fields: "id") { id: ID! name: String @shareable near: [Any] @shareable parts: [Part] @shareable legs: Int }
      type Bee @key(fields: "id") { id: ID! name: String @shareable near: [Any] @shareable parts: [Part] @shareable legs: Int }
      type Cat @key(fields: "id") { id: ID! parts: [Part] @shareable legs: Int }
      type Part @shareable { size: Int colour: String }
      type Jar @key(fields: "id") { id: ID! holds: [Any] }
      type Query { others: [Any] }`,
  },
  world: () => ({
    Query: {
      root: {
        any: [ref('Ant', 'a'), ref('Bee', 'b'), ref('Cat', 'c')],
        animals: [ref('Cat', 'c'), ref('Ant', 'a'), ref('Bee', 'b')],
        rows: [[ref('Cat', 'c'), ref('Bee', 'b')], null, [ref('Ant', 'a')]],
        jar: ref('Jar', 'j'),
        others: [ref('Bee', 'b'), ref('Ant', 'a')],
      },
    },
    Ant: { a: { id: 'a', name: 'Ant', near: [ref('Ant', 'a'), ref('Bee', 'b')], parts: [ref('Part', 'p')], legs: 6 } },
    Bee: {
      b: {
        id: 'b',
        name: fail('no name'),
        near: [ref('Bee', 'b'), null, ref('Ant', 'a')],
        parts: [ref('Part', 'p'), null],
        legs: fail('fled'),
      },
    },
    Cat: { c: { id: 'c', name: fail('nameless'), parts: fail('whole'), legs: 4 } },
    Part: { p: { size: 1, colour: fail('colourless') } },
    Jar: { j: { id: 'j', holds: [ref('Cat', 'c'), ref('Bee', 'b'), ref('Ant', 'a')] } },
  }),
};

const names = '... on Ant { name } ... on Bee { name }';
const deep = (below: string) => `... on Ant { near { ${below} } } ... on Bee { near { ${below} } }`;

conforms('one field of several types, of which a subgraph promises a value of some', promises, {
  'and others fail': `{ any { ${names} ... on Cat { name } } }`,
  'and below which something fails':
    '{ any { ... on Ant { parts { size colour } legs } ... on Bee { parts { size colour } legs } ... on Cat { parts { colour } legs } } }',
  'below one such': `{ any { ${deep(names)} } }`,
  'below one below one such': `{ animals { id ${deep(deep(names))} } }`,
  'completed by another subgraph': `{ rows { ${deep('... on Bee { legs name } ... on Ant { legs name }')} ... on Cat { name parts { colour } legs } } }`,
  'of entities': `{ jar { holds { ${deep(names)} ... on Cat { parts { size } name } } } others { ${deep(names)} } }`,
  'under a name like those that the planner gives':
    '{ any { ... on Ant { name__alias_0: name name } ... on Bee { name__alias_0: name name } } }',
});
