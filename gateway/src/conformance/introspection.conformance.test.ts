import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composed, conforms, type Fixture } from './by-the-specification.ts';
import { fail, ref } from './world.ts';

const site: Fixture = {
  subgraphs: {
    pages: `
      scalar Date @specifiedBy(url: "https://dates.example")
      enum Level { LOW HIGH @deprecated(reason: "too high") HIDDEN @inaccessible }
      "What to find" input Filter { "Of the title" text: String = "any" level: Level = LOW old: Int @deprecated }
      interface Node { id: ID! }
      type Query implements Node { id: ID! @shareable home: Page visit: Visit find(by: Filter, old: Int @deprecated(reason: "no")): [Page!] }
      type Mutation { leave: Visit }
      type Visit { ok: Boolean query: Query all: [Query] }
      type Page implements Node @key(fields: "id") { id: ID! title: String day: Date }`,
    likes: 'type Query { id: ID! @shareable best: Page } type Page @key(fields: "id") { id: ID! likes: Int }',
  },
  world: () => ({
    Query: { root: { id: 'q', home: ref('Page', 'h'), visit: ref('Visit', 'v'), best: ref('Page', 'b'), find: null } },
    Mutation: { root: { leave: ref('Visit', 'v') } },
    Visit: { v: { ok: true, query: ref('Query', 'root'), all: [ref('Query', 'root'), null, ref('Query', 'root')] } },
    Page: { h: { id: '1', title: 'Home', day: '2026-01-01', likes: 3 }, b: { id: '2', title: null, day: null, likes: fail('no likes') } },
  }),
};

const everything = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});

conforms('introspection', site, {
  'all there is': everything,
  'all there is, beside data': everything.replace('__schema {', 'home { title likes } __schema {'),
  'in a fragment beside one on an interface of the root':
    '{ ...S ...N home { likes } } fragment N on Node { id __typename } fragment S on Query { __type(name: "Level") { enumValues { name } } }',
  'by variables and their defaults': [
    'query ($n: String = "Level", $d: Boolean = true) { a: __type(name: $n) { enumValues(includeDeprecated: $d) { name deprecationReason } } }',
    {},
  ],
  'by a variable that is null': ['query ($n: String = "Page") { __type(name: $n) { name } home { title } }', { n: null }],
  'left out by a condition': ['query ($y: Boolean!) { __schema @include(if: $y) { queryType { name } } home { likes } }', { y: false }],
  'under names of data': '{ home: __type(name: "Page") { id: name } __schema: home { __type: likes } __typename: best { title } }',
});

conforms('a field that leads back to the root', site, {
  'over two subgraphs': '{ visit { ok query { __typename home { likes title } best { title } id } all { best { title } } } }',
  'what fails below it': '{ visit { query { best { likes } } all { t: best { n: likes } } } }',
  'after a mutation': 'mutation { a: leave { ok query { best { title } } } b: leave { query { home { likes } } all { id } } }',
});

describe('introspection below a field that leads back to the root', () => {
  it('is refused', async () => {
    const asked = composed(site, site.world()).ours(
      'mutation { leave { query { ...S } } } fragment S on Query { __schema { description } }',
    );

    await expect(asked).rejects.toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });
});
