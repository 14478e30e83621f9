import { conforms, type Fixture } from './by-the-specification.ts';
import { computed, fail, ref } from './world.ts';

const media: Fixture = {
  subgraphs: {
    catalogue: `
      type Query { media: [Media!]! first: Media search(text: String): [Hit] shelf: [[Media]] named: [Named!]! }
      interface Named { name: String }
      interface Media { id: ID! title: String size: Int }
      union Hit = Book | Film | Maker
      type Book implements Media @key(fields: "id") { id: ID! title: String size: Int pages: Int maker: Maker }
      type Film implements Media @key(fields: "id") { id: ID! title: String size: Int minutes: Int sequel: Media }
      type Maker implements Named @key(fields: "id") { id: ID! name: String made: [Media!] }`,
    reviews: `
      type Book @key(fields: "id") { id: ID! rating: Rating similar: [Book!] }
      type Film @key(fields: "id") { id: ID! rating: Rating cast: [Maker] }
      type Maker @key(fields: "id") { id: ID! fame: Int latest: Work }
      union Work = Book | Film
      type Rating { stars: Int by: Maker }`,
  },
  world: () => ({
    Query: {
      root: {
        media: [ref('Book', 'b1'), ref('Film', 'f1'), ref('Book', 'b2')],
        first: ref('Film', 'f1'),
        search: ({ text }: { text?: string }) => (text === 'none' ? [] : [ref('Maker', 'm1'), null, ref('Film', 'f1'), ref('Book', 'b1')]),
        shelf: [[ref('Book', 'b1'), ref('Film', 'f1')], [], null, [null, ref('Book', 'b2')]],
        named: [ref('Maker', 'm1'), ref('Maker', 'm2')],
      },
    },
    Book: {
      b1: {
        id: 'b1',
        title: 'B1',
        size: 1,
        pages: 10,
        maker: ref('Maker', 'm1'),
        rating: ref('Rating', 'r1'),
        similar: [ref('Book', 'b2')],
      },
      b2: { id: 'b2', title: null, size: 2, pages: null, maker: null, rating: null, similar: [] },
    },
    Film: {
      f1: {
        id: 'f1',
        title: 'F1',
        size: 3,
        minutes: 90,
        sequel: ref('Book', 'b1'),
        rating: ref('Rating', 'r2'),
        cast: [ref('Maker', 'm2'), null],
      },
    },
    Maker: {
      m1: { id: 'm1', name: 'Mo', made: [ref('Book', 'b1'), ref('Film', 'f1')], fame: 5, latest: ref('Film', 'f1') },
      m2: { id: 'm2', name: 'Mu', made: null, fame: fail('no fame'), latest: null },
    },
    Rating: { r1: { stars: 4, by: ref('Maker', 'm2') }, r2: { stars: null, by: ref('Maker', 'm1') } },
  }),
};

conforms('interfaces', media, {
  'common fields': '{ media { id title size } }',
  'the runtime type': '{ media { __typename id } first { __typename } }',
  'one implementation': '{ media { ... on Book { pages } } }',
  'all implementations': '{ media { ... on Book { pages rating { stars } } ... on Film { minutes rating { stars } } } }',
  'common fields beside an implementation’s': '{ media { title ... on Film { minutes title } size } }',
  'an implementation’s field under a common alias': '{ media { ... on Book { long: pages } ... on Film { long: minutes } } }',
  'an interface within an interface': '{ first { ... on Film { sequel { id title ... on Book { pages maker { name } } } } } }',
  'fragments of the interface itself':
    '{ media { ...M ... on Media { size } } } fragment M on Media { id ...B } fragment B on Book { rating { by { name } } }',
  'fields of another subgraph through the interface':
    '{ media { ... on Book { similar { title rating { stars } } } ... on Film { cast { fame name } } } }',
  'lists of lists': '{ shelf { id ... on Book { rating { stars } } } }',
  'a fragment that applies to nothing': '{ named { ... on Maker { name } } first { ... on Book { pages } } }',
  'an interface asked for twice': '{ media { title } media { size ... on Film { minutes } } }',
  'another interface': '{ named { name ... on Maker { made { id } fame } } }',
  'a condition on a fragment': [
    'query ($b: Boolean!) { media { id ... on Book @include(if: $b) { pages rating { stars } } } }',
    { b: false },
  ],
});

conforms('unions', media, {
  'typenames alone': '{ search { __typename } }',
  'each of its types': '{ search { ... on Book { title } ... on Film { title minutes } ... on Maker { name } } }',
  'one of its types': '{ search { ... on Maker { fame latest { ... on Film { title } } } } }',
  'through an interface': '{ search { ... on Media { title ... on Film { cast { name } } } ... on Named { name } } }',
  'fields of two subgraphs':
    '{ search { ... on Book { pages rating { stars by { name fame } } } ... on Film { minutes rating { stars } } } }',
  'a union of a subset in another subgraph':
    '{ named { ... on Maker { latest { __typename ... on Film { minutes } ... on Book { pages } } } } }',
  'an empty list': '{ search(text: "none") { ... on Book { title } } }',
  'aliases that differ by type': '{ search { ... on Book { x: title y: pages } ... on Film { x: title y: minutes } } }',
  'a fragment in a fragment':
    '{ search { ...H } } fragment H on Hit { ...B ... on Maker { id } } fragment B on Book { id maker { ...N } } fragment N on Named { name }',
  'a union under an alias twice':
    '{ a: search { ... on Film { rating { by { latest { __typename } } } } } b: search { __typename ... on Maker { fame } } }',
});

conforms(
  'interface objects',
  {
    subgraphs: {
      shop: `
        type Query { items: [Item!]! item: Item }
        interface Item @key(fields: "id") { id: ID! name: String }
        type Chair implements Item @key(fields: "id") { id: ID! name: String legs: Int }
        type Lamp implements Item @key(fields: "id") { id: ID! name: String watts: Int }`,
      prices: `
        type Query { dearest: Item cheap: [Item] }
        type Item @key(fields: "id") @interfaceObject { id: ID! price: Int best: Offer offers(first: Int): [Offer!] }
        type Offer { percent: Int of: Item }`,
      stock: 'type Lamp @key(fields: "id") { id: ID! left: Int }',
    },
    world: () => ({
      Query: {
        root: {
          items: [ref('Chair', 'c1'), ref('Lamp', 'l1')],
          item: ref('Lamp', 'l1'),
          dearest: ref('Chair', 'c1'),
          cheap: [ref('Lamp', 'l1'), null],
        },
      },
      Chair: { c1: { id: 'c1', name: 'C', legs: 4, price: 10, best: fail('no best'), offers: [] } },
      Lamp: {
        l1: {
          id: 'l1',
          name: 'L',
          watts: 60,
          price: null,
          left: 2,
          offers: ({ first }: { first?: number }) => [ref('Offer', 'o1'), ref('Offer', 'o2')].slice(0, first),
        },
      },
      Offer: { o1: { percent: 5, of: ref('Lamp', 'l1') }, o2: { percent: null, of: ref('Chair', 'c1') } },
    }),
  },
  {
    'a field every implementation gets': '{ items { price } }',
    'beside common fields': '{ items { name price id } }',
    'on one implementation': '{ items { ... on Lamp { price watts left } } }',
    'beside an implementation’s own': '{ items { price ... on Chair { legs } ... on Lamp { left } } }',
    'from the interface object’s own root': '{ dearest { id price } }',
    'from there to the common fields': '{ dearest { name } cheap { name } }',
    'from there to the runtime type': '{ dearest { __typename } cheap { __typename price } }',
    'from there to an implementation':
      '{ dearest { ... on Chair { legs name } } cheap { ... on Lamp { watts left } ... on Chair { legs } } }',
    'an interface within what it adds': '{ items { offers { percent of { name } } } }',
    'the runtime type within what it adds': '{ item { offers { of { __typename ... on Chair { legs } ... on Lamp { left } } } } }',
    'a failure that the root met, asked again for one type': '{ dearest { best { percent } ... on Chair { best { of { id } } } } }',
    'arguments on what it adds': ['query ($n: Int) { item { a: offers(first: $n) { percent } b: offers { percent } } }', { n: 1 }],
    'a fragment of the interface': '{ items { ...I } } fragment I on Item { price offers { of { price } } }',
  },
);

const chipped = (id: string, rank: number) => ({
  id,
  label: `L ${id}`,
  food: `F ${id}`,
  rank,
  near: [],
  mark: computed(({ label }) => `mark of ${label}`),
  seal: computed(({ label }) => `seal of ${label}`),
});

conforms(
  'requirements of interface objects',
  {
    subgraphs: {
      herd: `
        type Query { animals: [Animal] ant: Ant }
        interface Animal @key(fields: "id") { id: ID! label: String }
        type Ant implements Animal @key(fields: "id") { id: ID! label: String friends: [Animal] }
        type Bee implements Animal @key(fields: "id") { id: ID! label: String }`,
      chips: `
        type Query { chipped: [Animal] }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! label: String @external
          rank: Int near: [Animal] mark: String @requires(fields: "label") seal: String @requires(fields: "label")
        }`,
      food: 'type Ant @key(fields: "id") { id: ID! food: String }',
    },
    world: () => ({
      Query: {
        root: { animals: [ref('Ant', 'a1'), ref('Bee', 'b1'), null], ant: ref('Ant', 'a1'), chipped: [ref('Bee', 'b1'), ref('Ant', 'a1')] },
      },
      Ant: { a1: { ...chipped('a1', 1), friends: [ref('Bee', 'b1'), ref('Ant', 'a2')] }, a2: { ...chipped('a2', 2), friends: [] } },
      Bee: { b1: { ...chipped('b1', 3), near: [ref('Ant', 'a2'), ref('Bee', 'b1')] } },
    }),
  },
  {
    'asked of one type beside what requires nothing': '{ animals { rank ... on Ant { mark } } }',
    'asked of one type beside what they require, asked of another':
      '{ ant { seal friends { ... on Ant { food mark } ... on Bee { label } } } }',
    'below another interface object': '{ chipped { near { rank ... on Bee { mark } } ... on Ant { seal near { mark } } } }',
    'of each type another': '{ animals { rank ... on Ant { mark } ... on Bee { seal } } }',
    'beside a second one': '{ chipped { ... on Bee { mark near { ... on Ant { seal food } } } ... on Ant { seal near { rank } } } }',
    'under names of the client’s own': '{ animals { ... on Ant { a: mark } ... on Bee { a: seal its: id } } }',
  },
);

/** Knows animals by their own types, which others know by the interface alone. */
const herd = `
  type Query { animals: [Animal] }
  interface Animal @key(fields: "id") { id: ID! label: String }
  type Ant implements Animal @key(fields: "id") { id: ID! label: String size: Int! }
  type Bee implements Animal @key(fields: "id") { id: ID! label: String }`;

const told = (id: string) => ({ id, label: `L ${id}`, note: `N ${id}`, kin: [], mark: computed(({ label }) => `mark of ${label}`) });

conforms(
  'types that another subgraph tells',
  {
    subgraphs: {
      herd,
      notes: `
        type Query { noted: [Animal] oneNoted: Animal surely: Animal! }
        type Animal @key(fields: "id") @interfaceObject { id: ID! note: String kin: [Animal] strict(of: Int = 1): Int! }`,
      marks: `
        type Query { marked: [Animal] }
        type Animal @key(fields: "id") @interfaceObject { id: ID! label: String @external mark: String @requires(fields: "label") }`,
    },
    world: () => ({
      Query: {
        root: {
          animals: [ref('Ant', 'a1'), ref('Bee', 'b1')],
          noted: [ref('Ant', 'a1'), ref('Ant', 'a2'), ref('Bee', 'b1')],
          oneNoted: ref('Ant', 'a2'),
          surely: ref('Ant', 'a2'),
          marked: [ref('Bee', 'b1'), ref('Ant', 'a1')],
        },
      },
      Ant: {
        a1: { ...told('a1'), size: 1, kin: [ref('Bee', 'b1'), ref('Ant', 'a1')], strict: 5 },
        a2: { ...told('a2'), size: fail('too small'), strict: 6 },
      },
      Bee: { b1: { ...told('b1'), strict: ({ of }: { of: number }) => (of === 2 ? 2 : fail('not strict')) } },
    }),
  },
  {
    'and fails to': '{ noted { note ... on Ant { size } } oneNoted { note ... on Ant { size } } }',
    'and fails to, where that takes all along': '{ oneNoted { id } surely { ... on Ant { size } } }',
    'and needn’t': '{ noted { note id ... on Animal { note } } oneNoted { id } }',
    'where a field fails that is asked of one type alone':
      '{ animals { note ... on Ant { strict } } noted { ... on Bee { note } ... on Ant { strict } } }',
    'with what a third one makes of them':
      '{ noted { ... on Ant { mark } } animals { kin { ... on Ant { mark } ... on Bee { mark note } } } }',
    'of objects found twice': '{ marked { kin { note __typename } ... on Ant { size kin { label ... on Ant { size } } } } }',
    'of objects found twice, by one subgraph':
      '{ marked { kin { ... on Ant { size } ... on Bee { label } } ... on Ant { kin { label strict(of: 2) ... on Ant { size } } } } }',
    'under one name, with different things that others make of them':
      '{ noted { ... on Ant { a: mark } ... on Bee { a: note } } marked { ... on Bee { mark } } }',
  },
);

const graded = (id: string, grade: number) => ({
  id,
  note: `N ${id}`,
  grade,
  kin: [],
  seal: computed((given) => `seal of ${given.grade}`),
  stamp: computed(({ note }) => `stamp of ${note}`),
});

conforms(
  'what interface objects make of each other',
  {
    subgraphs: {
      herd: `
        type Query { animals: [Animal] }
        interface Animal @key(fields: "id") { id: ID! }
        type Ant implements Animal @key(fields: "id") { id: ID! }
        type Bee implements Animal @key(fields: "id") { id: ID! }`,
      seals: `
        type Query { sealed: Animal }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! note: String grade: Int @external kin: [Animal] seal: String @requires(fields: "grade")
        }`,
      grades: `
        type Query { best: Animal }
        type Animal @key(fields: "id") @interfaceObject { id: ID! note: String @external grade: Int stamp: String @requires(fields: "note") }`,
    },
    world: () => ({
      Query: { root: { animals: [ref('Ant', 'a1'), ref('Bee', 'b1')], sealed: ref('Ant', 'a1'), best: ref('Bee', 'b1') } },
      Ant: { a1: { ...graded('a1', 1), kin: [ref('Bee', 'b1')] } },
      Bee: { b1: { ...graded('b1', 2), kin: [ref('Ant', 'a1')] } },
    }),
  },
  {
    'where types are told by nobody': '{ best { seal note stamp } }',
    'of objects below one type, which lack what is needed below another':
      '{ sealed { kin { seal } ... on Bee { kin { stamp ... on Bee { again: seal } } } } }',
  },
);

const linked = (id: string, grade: number) => ({
  id,
  label: `L ${id}`,
  grade,
  rank: 10 - grade,
  kin: [],
  mark: computed((given) => `mark of ${given.grade}`),
  seal: computed(({ label }) => `seal of ${label}`),
});

conforms(
  'requests that need each other’s answers',
  {
    subgraphs: {
      herd,
      marks: `
        type Query { marked: [Animal] }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! grade: Int @external label: String @external
          rank(n: Int = 1): Int mark: String @requires(fields: "grade") seal: String @requires(fields: "label")
        }`,
      grades: `
        type Query { graded: [Animal] }
        type Animal @key(fields: "id") @interfaceObject { id: ID! grade: Int kin: Animal }`,
    },
    world: () => ({
      Query: { root: { animals: [], marked: [], graded: [ref('Ant', 'a1'), ref('Bee', 'b1')] } },
      Ant: { a1: { ...linked('a1', 1), kin: ref('Bee', 'b1') } },
      Bee: { b1: { ...linked('b1', 2), kin: ref('Ant', 'a1') } },
    }),
  },
  {
    'and would be merged into a circle': [
      'query ($no: Boolean!) { graded { its: mark mark seal ... on Bee { kin { ... on Ant { rank @skip(if: $no) } } } } }',
      { no: false },
    ],
  },
);

const grown = (id: string, rest: object) => ({
  id,
  label: `L ${id}`,
  rank: 1,
  kin: [],
  mark: computed(({ label }) => `mark of ${label}`),
  ...rest,
});

conforms(
  'what fails below interface objects and is wanted below those of one type alone',
  {
    subgraphs: {
      herd,
      notes: `
        type Query { noted: [Animal] }
        type Animal @key(fields: "id") @interfaceObject {
          id: ID! label: String @external rank: Int! kin: [Animal] keeper: Keeper mark: String @requires(fields: "label")
        }
        type Keeper @key(fields: "id", resolvable: false) { id: ID! }`,
      people: 'type Keeper @key(fields: "id") { id: ID! name: String! age: Int! }',
    },
    world: () => ({
      Query: { root: { animals: [ref('Ant', 'a1'), ref('Bee', 'b1')], noted: [ref('Ant', 'a1'), ref('Bee', 'b1')] } },
      Ant: {
        a1: grown('a1', { size: 1, keeper: ref('Keeper', 'k1'), kin: [ref('Ant', 'a1'), ref('Bee', 'b2'), ref('Bee', 'b1')] }),
        a2: grown('a2', { size: fail('too small') }),
      },
      Bee: {
        b1: grown('b1', { keeper: ref('Keeper', 'k2'), kin: [ref('Ant', 'a2'), ref('Ant', 'a1')] }),
        b2: grown('b2', { rank: fail('no rank') }),
      },
      Keeper: { k1: { id: 'k1', name: 'K', age: fail('unknown') }, k2: { id: 'k2', name: fail('no name'), age: 40 } },
    }),
  },
  {
    'found by their own types': '{ animals { ... on Ant { kin { ... on Ant { size } } } ... on Bee { kin { label } } } }',
    'found by the interface': '{ noted { ... on Ant { kin { ... on Ant { size } } } ... on Bee { kin { label } } } }',
    'beside what is wanted of all': '{ noted { kin { label } ... on Ant { kin { ... on Ant { size } } } } }',
    'of objects of another kind': '{ noted { ... on Ant { keeper { name } } ... on Bee { keeper { age } } } }',
    'two levels down': '{ noted { kin { kin { label } ... on Ant { kin { ... on Ant { size } } } } ... on Bee { kin { label } } } }',
    'below objects of which others are wanted':
      '{ animals { kin { kin { ... on Bee { kin { rank } } } ... on Ant { kin { kin { mark } } } ... on Bee { kin { mark } } } } }',
    'along with what is wanted of all below another type':
      '{ noted { ... on Ant { kin { label ... on Ant { rank } } } ... on Bee { kin { rank } } } }',
    'along with what is wanted of all below another type, two levels down':
      '{ animals { kin { ... on Ant { kin { label ... on Ant { rank } } } ... on Bee { kin { rank } } } } }',
  },
);
