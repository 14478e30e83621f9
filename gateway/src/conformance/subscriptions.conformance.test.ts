import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose } from '../execute/test/composed.ts';
import { type Case, essence, specified } from './by-the-specification.ts';
import { eventsOf, liveSubgraphOf } from './live.ts';
import { computed, fail, ref, type World } from './world.ts';

const said = (args: object) => JSON.stringify(args);

const library = {
  catalog: `
    input Range { n: Int = 2 ids: [ID!] }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int note: String! @shareable }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int! note: String @shareable }
    union Any = Book | User
    type Query { best: Media }
    type Subscription {
      changed(by: Range): Media many(n: Int = 1): [Media!]! any: Any users: [User!] user: User fails: User nothing: User
      strict: User! failsStrict: User! said(by: Range): String provided: User @provides(fields: "nick") state: State
    }
    type State { query: Query all: [Query] }
    type User @key(fields: "id") { id: ID! nick: String @external weight: Int }`,
  ratings: `
    type Media @key(fields: "id") @interfaceObject {
      id: ID! rated(n: Int = 1): String title: String @external slug: String @requires(fields: "title") like: [Media!] fan: User
    }
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Subscription { rating: Media ratings: [Media] }`,
  people: `
    type User @key(fields: "id") {
      id: ID! nick: String @shareable name: String! weight: Int @external size: String @requires(fields: "weight") no: String must: String! book: Book
    }
    type Book @key(fields: "id") { id: ID! stock: Int note: String @shareable } type Film @key(fields: "id") { id: ID! note: String @shareable }`,
};

const world = (): World => ({
  Query: { root: { best: ref('Film', 'f') } },
  Subscription: {
    root: {
      changed: ref('Book', 'b'),
      many: [ref('Film', 'f'), ref('Book', 'b')],
      any: ref('User', 'u'),
      users: [ref('User', 'u'), ref('User', 'v')],
      user: ref('User', 'u'),
      fails: fail('nobody'),
      nothing: null,
      strict: ref('User', 'v'),
      failsStrict: fail('nobody at all'),
      said,
      provided: ref('User', 'u'),
      state: ref('State', 's'),
      rating: ref('Film', 'f'),
      ratings: [ref('Book', 'b'), null, ref('Film', 'f')],
    },
  },
  State: { s: { query: ref('Query', 'root'), all: [null, ref('Query', 'root')] } },
  Book: {
    b: { id: 'b', title: 'B', pages: 3, note: 'N', rated: said, slug: slug(), like: [ref('Film', 'f')], fan: ref('User', 'u'), stock: 9 },
  },
  Film: { f: { id: 'f', title: null, minutes: 3, note: fail('no note'), rated: said, slug: slug(), like: null, fan: ref('User', 'v') } },
  User: {
    u: { id: 'u', nick: 'nu', weight: 4, name: 'U', size: size(), no: fail('no'), must: 'm', book: ref('Book', 'b') },
    v: { id: 'v', nick: null, weight: null, name: 'V', size: size(), no: null, must: fail('must'), book: null },
  },
});
const slug = () => computed(({ title }) => `of ${title}`);
const size = () => computed(({ weight }) => `of ${weight}`);

const cases: Readonly<Record<string, Case>> = {
  'an interface, with arguments and an interface object': [
    'subscription ($by: Range, $n: Int = 4) { x: changed(by: $by) { id: __typename title: id rated(n: $n) slug ...F } } fragment F on Media { ... on Book { pages stock } __typename }',
    { by: { ids: 3 } },
  ],
  'a list, by conditions': [
    'subscription ($n: Int, $y: Boolean!) { many(n: $n) { ...F ... @include(if: $y) { slug } } } fragment F on Media { id like { title @skip(if: $y) slug ... on Film { minutes } } }',
    { n: null, y: true },
  ],
  'a union': 'subscription { any { __typename t: __typename ... on User { name size no book { stock title } } ... on Book { stock } } }',
  'what fails and takes its list along': 'subscription { users { name no size must } }',
  'names of keys': 'subscription { users { nick name: id id: name size } }',
  'a field that fails': 'subscription { fails { name } }',
  'nothing at all': 'subscription { nothing { name } }',
  'what may not be null, of another subgraph': 'subscription { strict { must } }',
  'what may not be null': 'subscription { failsStrict { id } }',
  'an input with a default': 'subscription ($n: Int = 3) { said(by: { n: $n, ids: ["1"] }) }',
  'a provided field': 'subscription { provided { nick weight size } }',
  'an interface object at the root': 'subscription { rating { title __typename ... on Film { minutes } slug rated(n: 3) } }',
  'interface objects at the root': 'subscription { ratings { id t: __typename title ... on Book { stock pages } like { title id } } }',
  'what is wanted of objects of another type alone, and fails':
    'subscription { rating { fan { size } ... on Film { other: fan { book { id } } } ... on Book { fan { must } } } }',
  'fragments on the root':
    'subscription { ...S } fragment S on Subscription { ... { user { name } } ...T } fragment T on Subscription { user { size } }',
  'one field that its subgraph promises of some': 'subscription { many { ... on Book { note } ... on Film { note } } }',
  'queries below it': 'subscription { state { query { best { title rated } } all { __typename best { slug } } } }',
};

describe('by the specification: an event of a subscription', () => {
  it.each(Object.entries(cases))('%s', async (_, given) => {
    const [query, variables] = typeof given === 'string' ? [given] : given;
    const [ours, theirs] = [world(), world()];
    const composed = compose(Object.fromEntries(Object.entries(library).map(([name, typeDefs]) => [name, liveSubgraphOf(typeDefs, ours)])));
    const document = parse(query);

    const events = await eventsOf(composed, { key: query, document, variables });

    expect(events.map(essence)).toEqual([essence(await specified(composed, theirs, document, variables))]);
  });
});
