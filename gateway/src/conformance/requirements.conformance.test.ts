import { conforms } from './by-the-specification.ts';
import { computed, ref } from './world.ts';

conforms(
  '@requires, nested, with arguments and fragments',
  {
    subgraphs: {
      goods: `
        type Query { goods: [Good!]! good(id: ID!): Good }
        type Good @key(fields: "id") {
          id: ID! name: String weight: Int price(currency: String! = "EUR"): Int
          size: Size parts: [Part!] origin: Place
        }
        type Size { width: Int height: Int box: Box }
        type Box { kind: String depth: Int }
        type Part @key(fields: "id") { id: ID! grams: Int }
        union Place = City | Sea
        type City { name: String people: Int }
        type Sea { name: String miles: Int }`,
      post: `
        type Query { parcel: Good }
        type Good @key(fields: "id") {
          id: ID!
          weight: Int @external
          price(currency: String! = "EUR"): Int @external
          size: Size @external
          parts: [Part!] @external
          origin: Place @external
          postage: Int @requires(fields: "weight")
          duty: Int @requires(fields: "price(currency: \\"USD\\")")
          volume: Int @requires(fields: "size { width height box { depth } }")
          heaviest: Int @requires(fields: "parts { grams }")
          route: String @requires(fields: "origin { ... on City { name people } ... on Sea { miles } }")
          express(fast: Boolean): String @requires(fields: "weight size { width }")
          label: Label @requires(fields: "weight")
        }
        type Label { text: String of: Good }
        type Size @external { width: Int height: Int box: Box }
        type Box @external { depth: Int }
        type Part @key(fields: "id", resolvable: false) { id: ID! grams: Int @external }
        union Place = City | Sea
        type City @external { name: String people: Int }
        type Sea @external { miles: Int }`,
      bill: `
        type Good @key(fields: "id") {
          id: ID!
          name: String @external
          postage: Int @external
          duty: Int @external
          total: Int @requires(fields: "postage duty")
          line: String @requires(fields: "name postage")
        }`,
    },
    world: () => {
      const computedFields = {
        postage: computed(({ weight }) => (weight === null ? null : Number(weight) * 2)),
        duty: computed(({ price }) => (price === null ? null : Number(price) + 1000), { price: { currency: 'USD' } }),
        volume: computed(({ size }) => {
          const { width, height, box } = (size ?? {}) as { width?: number; height?: number; box?: { depth: number } | null };
          return size === null ? null : (width ?? 0) * (height ?? 0) * (box?.depth ?? 1);
        }),
        heaviest: computed(({ parts }) =>
          parts === null ? null : Math.max(0, ...(parts as { grams: number | null }[]).map(({ grams }) => grams ?? 0)),
        ),
        route: computed(({ origin }) => {
          const { people, miles, name } = (origin ?? {}) as { people?: number; miles?: number; name?: string };
          return origin === null ? null : people === undefined ? `sea ${miles}` : `${name} of ${people}`;
        }),
        express: computed(
          ({ weight, size }, { fast }) => `${fast ? 'fast' : 'slow'} ${weight} ${(size as { width: number } | null)?.width}`,
        ),
        total: computed(({ postage, duty }) => (postage === null || duty === null ? null : Number(postage) + Number(duty))),
        line: computed(({ name, postage }) => `${name}: ${postage}`),
      };
      const price =
        (euro: number | null) =>
        ({ currency = 'EUR' }: { currency?: string }) =>
          euro === null ? null : currency === 'USD' ? euro * 10 : euro;
      return {
        Query: {
          root: {
            goods: [ref('Good', 'a'), ref('Good', 'b'), ref('Good', 'c')],
            good: ({ id }: { id: string }) => ref('Good', id),
            parcel: ref('Good', 'b'),
          },
        },
        Good: {
          a: {
            id: 'a',
            name: 'A',
            weight: 5,
            price: price(3),
            size: ref('Size', 's'),
            parts: [ref('Part', 'p'), ref('Part', 'q')],
            origin: ref('City', 'rome'),
            label: ref('Label', 'l'),
            ...computedFields,
          },
          b: {
            id: 'b',
            name: null,
            weight: null,
            price: price(null),
            size: null,
            parts: null,
            origin: null,
            label: null,
            ...computedFields,
          },
          c: {
            id: 'c',
            name: 'C',
            weight: 0,
            price: price(7),
            size: ref('Size', 't'),
            parts: [],
            origin: ref('Sea', 'black'),
            label: ref('Label', 'm'),
            ...computedFields,
          },
        },
        Size: { s: { width: 2, height: 3, box: ref('Box', 'x') }, t: { width: null, height: 4, box: null } },
        Box: { x: { kind: 'K', depth: 7 } },
        Part: { p: { id: 'p', grams: 10 }, q: { id: 'q', grams: null } },
        City: { rome: { name: 'Rome', people: 3 } },
        Sea: { black: { name: 'Black', miles: 9 } },
        Label: { l: { text: 'L', of: ref('Good', 'c') }, m: { text: null, of: ref('Good', 'a') } },
      };
    },
  },
  {
    'a scalar': '{ goods { postage } }',
    'beside the field itself': '{ goods { weight postage } }',
    'the field under an alias': '{ goods { w: weight postage } }',
    'its name given to another field': '{ goods { weight: name postage } }',
    'the computed field’s name given to another': '{ goods { postage: name p: postage } }',
    'arguments of a required field': '{ goods { duty } }',
    'other arguments for the client': '{ goods { price duty } }',
    'many arguments for the client': '{ goods { price(currency: "USD") e: price(currency: "EUR") d: price(currency: "USD") duty } }',
    'an object': '{ goods { volume } }',
    'an object the client selects otherwise': '{ goods { size { height box { kind } } volume } }',
    'a list of objects': '{ goods { heaviest parts { id } } }',
    'fragments by type': '{ goods { route } }',
    'fragments by type, beside the client’s': '{ goods { origin { __typename ... on City { people } ... on Sea { name } } route } }',
    'several at once': '{ goods { postage volume heaviest route duty } }',
    'arguments of the computed field': ['query ($f: Boolean) { goods { express(fast: $f) slow: express } }', { f: true }],
    'a requirement of a requirement': '{ goods { total } }',
    'a requirement of a requirement beside both': '{ goods { total postage duty weight } }',
    'requirements of two subgraphs': '{ goods { line total name } }',
    'from the subgraph that requires': '{ parcel { postage volume name } }',
    'from there, by a requirement of a requirement': '{ parcel { total line } }',
    'below a computed object': '{ goods { label { text of { postage total } } } }',
    'one of one entity': '{ good(id: "c") { total route } }',
    'left out by a condition': ['query ($yes: Boolean!) { goods { id total @include(if: $yes) postage @skip(if: $yes) } }', { yes: false }],
    'of nobody': '{ good(id: "none") { total } }',
  },
);

conforms(
  '@provides',
  {
    subgraphs: {
      users:
        'type Query { users: [User!] } type User @key(fields: "id") { id: ID! name: String @shareable mail: Mail @shareable } type Mail { box: String @shareable unread: Int }',
      posts: `
        type Query { posts: [Post!] newest: Post @provides(fields: "author { name }") anything: [Note] @provides(fields: "... on Post { author { name } }") }
        union Note = Post | Memo
        type Memo { text: String }
        type Post @key(fields: "id") { id: ID! text: String author: User @provides(fields: "mail { box }") editor: User }
        type User @key(fields: "id") { id: ID! name: String @external mail: Mail @external posts: [Post] }
        type Mail @external { box: String }`,
    },
    world: () => ({
      Query: {
        root: {
          users: [ref('User', 'u')],
          posts: [ref('Post', 'p'), ref('Post', 'q')],
          newest: ref('Post', 'p'),
          anything: [ref('Memo', 'm'), ref('Post', 'p'), null],
        },
      },
      User: {
        u: { id: 'u', name: 'U', mail: ref('Mail', 'm'), posts: [ref('Post', 'q')] },
        v: { id: 'v', name: null, mail: null, posts: null },
      },
      Post: {
        p: { id: 'p', text: 'P', author: ref('User', 'u'), editor: ref('User', 'v') },
        q: { id: 'q', text: 'Q', author: ref('User', 'v'), editor: null },
      },
      Mail: { m: { box: 'B', unread: 3 } },
      Memo: { m: { text: 'M' } },
    }),
  },
  {
    'what is provided': '{ newest { author { name } } }',
    'what is provided beside what is not': '{ newest { author { name mail { box unread } } editor { name } } }',
    'on another path it is fetched': '{ posts { editor { name } author { name } } }',
    'an object of it': '{ posts { author { mail { box } } } }',
    'through a union': '{ anything { __typename ... on Memo { text } ... on Post { author { name } } } }',
    'with other fields of the entity': '{ newest { author { name posts { text author { mail { unread } } } } } }',
  },
);

conforms(
  '@override, @inaccessible and @composeDirective',
  {
    federation: false,
    subgraphs: {
      old: `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@composeDirective", "@shareable"])
          @link(url: "https://example.test/mark/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
        directive @mark(as: String) repeatable on FIELD_DEFINITION | OBJECT
        type Query { items: [Item] secret: Int @inaccessible hidden: Hidden @inaccessible }
        type Item @key(fields: "id") @key(fields: "code") @mark(as: "item") { id: ID! code: ID! @inaccessible name: String @mark(as: "n") count: Int both: Int @shareable }
        type Hidden @inaccessible { a: Int }`,
      new: `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@shareable", "@inaccessible"])
        type Query { first: Item }
        type Item @key(fields: "code") { code: ID! @inaccessible count: Int @override(from: "old") both: Int @shareable kind(of: Kind): String }
        enum Kind { A B @inaccessible }`,
    },
    world: () => ({
      Query: { root: { items: [ref('Item', 'i'), null], first: ref('Item', 'j') } },
      Item: {
        i: { id: '1', code: 'x', name: 'I', count: 1, both: 5, kind: ({ of }: { of?: string }) => `kind ${of}` },
        j: { id: '2', code: 'y', name: null, count: null, both: 6, kind: null },
      },
    }),
  },
  {
    'a field that moved': '{ items { count } }',
    'from where it lives now': '{ first { count name } }',
    'by a key that clients do not see': '{ items { name count kind(of: A) } }',
    'a field of both': '{ items { both } first { both id } }',
    'introspection does not tell what is inaccessible':
      '{ __type(name: "Item") { fields { name } } hidden: __type(name: "Hidden") { name } k: __type(name: "Kind") { enumValues { name } } }',
    'a marked field': '{ items { name __typename } }',
  },
);

conforms(
  'a required field that the plan renames, whatever it is worth',
  {
    subgraphs: {
      stock: `
        type Query { things: [Thing!] }
        union Thing = Crate | Pallet
        type Crate { load: Load }
        type Load { grams: Int }
        type Pallet @key(fields: "id") { id: ID! load: Int full: Boolean note: String }`,
      freight: `
        type Pallet @key(fields: "id") {
          id: ID! load: Int @external full: Boolean @external note: String @external
          toll: String @requires(fields: "load full note")
        }`,
    },
    world: () => {
      const toll = computed(({ load, full, note }) => `${load} ${full} ${JSON.stringify(note)}`);
      return {
        Query: { root: { things: [ref('Crate', 'c'), ...['heavy', 'empty', 'unknown'].map((name) => ref('Pallet', name))] } },
        Crate: { c: { load: ref('Load', 'l') } },
        Load: { l: { grams: 5 } },
        Pallet: {
          heavy: { id: 'heavy', load: 7, full: true, note: 'fragile', toll },
          empty: { id: 'empty', load: 0, full: false, note: '', toll },
          unknown: { id: 'unknown', load: null, full: null, note: null, toll },
        },
      };
    },
  },
  {
    'beside another type’s of that name': '{ things { ... on Crate { load { grams } } ... on Pallet { toll } } }',
    'beside the client’s own':
      '{ things { ... on Crate { load { grams } full: load { grams } note: load { grams } } ... on Pallet { toll } } }',
  },
);
