import { failing, type SubgraphSource } from './composed.ts';

interface Keyed {
  readonly id: string;
}
const byId =
  <T extends Keyed>(all: readonly T[]) =>
  ({ id }: Keyed): T | null =>
    all.find((each) => each.id === id) ?? null;

const authors = [
  { __typename: 'Author', id: 'a1', email: 'le.guin@example.org', name: 'Ursula', rank: null },
  { __typename: 'Author', id: 'a2', email: null, name: 'Unknown', rank: 2 },
];
const media = [
  {
    __typename: 'Book',
    id: 'b1',
    title: 'The Dispossessed',
    isbn: '111',
    kind: 'NOVEL',
    author: authors[0],
    chapters: [['1', '2'], ['3']],
  },
  { __typename: 'Book', id: 'b2', title: null, isbn: '222', kind: 'ESSAY', author: authors[1], chapters: null },
  { __typename: 'Film', id: 'f1', title: 'Solaris', minutes: 167 },
  { __typename: 'Film', id: 'f2', title: 'Stalker', minutes: null },
];
const books = media.filter((each) => each.__typename === 'Book');
const films = media.filter((each) => each.__typename === 'Film');
const ratings: Record<string, { score: number; by: string | null }[]> = {
  b1: [{ score: 5, by: 'x' }],
  f1: [
    { score: 3, by: null },
    { score: 4, by: 'y' },
  ],
};
const biographies: Record<string, string> = { 'le.guin@example.org': 'Wrote.' };

/** Abstract types, interface objects, several keys, nested `@requires`, shared roots, failing fields. `log` tells the order of mutations. */
export const library = (log: string[] = []): Record<string, SubgraphSource> => ({
  catalog: {
    typeDefs: `
      type Query {
        media: [Media!]!, item(id: ID!): Media, search(term: String): [SearchResult], books(kind: Kind): [Book], book(id: ID!): Book
        shelf: [[Media]], authors: [Author!]!, version: Version @shareable, broken: String, strictlyBroken: Author!, named(name: String = "x"): Named
      }
      type Mutation { lend(id: ID!): Book, renew(id: ID!): Book }
      type Version { catalog: String!, both: Int @shareable }
      interface Media @key(fields: "id") { id: ID!, title: String }
      interface Named { name: String }
      enum Kind { NOVEL ESSAY }
      scalar Chapters
      type Book implements Media @key(fields: "id") { id: ID!, title: String, isbn: String!, kind: Kind, author: Author!, chapters: [[String!]!], opaque: Chapters }
      type Film implements Media @key(fields: "id") { id: ID!, title: String, minutes: Int }
      type Author implements Named @key(fields: "id") @key(fields: "email") { id: ID!, email: String, name: String, rank: Int, mood: String }
      union SearchResult = Book | Film | Author
    `,
    resolvers: {
      Query: {
        media: () => media,
        item: (_: unknown, key: Keyed) => byId(media)(key),
        search: () => [books[0], authors[0], null, films[0]],
        books: (_: unknown, { kind }: { kind?: string }) => books.filter((book) => !kind || book.kind === kind),
        book: (_: unknown, key: Keyed) => byId(books)(key),
        shelf: () => [[books[0], films[0]], [], [null, books[1]], null],
        authors: () => authors,
        version: () => ({ catalog: 'c1', both: 1 }),
        broken: failing('Broken query'),
        strictlyBroken: failing('Strictly broken', 'STRICT'),
        named: (_: unknown, { name }: { name: string }) => ({ ...authors[0], name }),
      },
      Mutation: {
        lend: (_: unknown, key: Keyed) => {
          log.push(`lend ${key.id}`);
          return byId(books)(key);
        },
        renew: (_: unknown, key: Keyed) => {
          log.push(`renew ${key.id}`);
          return byId(books)(key);
        },
      },
      Book: { __resolveReference: byId(books), opaque: () => ({ pages: [1, 2], constructor: 'x' }) },
      Film: { __resolveReference: byId(films) },
      Media: { __resolveReference: byId(media) },
      Author: {
        __resolveReference: ({ id, email }: { id?: string; email?: string }) =>
          authors.find((author) => author.id === id || (email && author.email === email)) ?? null,
        mood: ({ id }: Keyed) => (id === 'a2' ? failing('No mood')() : 'good'),
      },
    },
  },
  ratings: {
    typeDefs: `
      type Query { bestRated: Media, version: Version @shareable }
      type Mutation { rate(id: ID!, score: Int!): Media }
      type Version { ratings: String, both: Int @shareable }
      type Media @key(fields: "id") @interfaceObject { id: ID!, stars: Float, ratings(first: Int): [Rating!], strictRating: Rating! }
      type Rating { score: Int!, by: String, of: Media }
    `,
    resolvers: {
      Query: { bestRated: () => ({ id: 'b1' }), version: () => ({ ratings: 'r1', both: 1 }) },
      Mutation: {
        rate: (_: unknown, { id, score }: Keyed & { score: number }) => {
          log.push(`rate ${id} ${score}`);
          return { id };
        },
      },
      Media: {
        __resolveReference: (key: Keyed) => key,
        stars: ({ id }: Keyed) => ratings[id]?.[0]?.score ?? null,
        ratings: ({ id }: Keyed, { first }: { first?: number }) =>
          ratings[id]?.slice(0, first).map((rating) => ({ ...rating, of: { id } })) ?? null,
        strictRating: ({ id }: Keyed) => ratings[id]?.[0] ?? failing(`${id} has no rating`, 'UNRATED')(),
      },
    },
  },
  people: {
    typeDefs: `
      type Author @key(fields: "email") { email: String, biography: String, spouse: Author, strictSecret: String!, secrets: [String!] }
    `,
    resolvers: {
      Author: {
        __resolveReference: ({ email }: { email: string | null }) => (email ? { email } : null),
        biography: ({ email }: { email: string }) => biographies[email] ?? null,
        spouse: () => ({ email: 'nobody@example.org' }),
        strictSecret: failing('Too secret', 'FORBIDDEN'),
        secrets: () => ['one', null],
      },
    },
  },
  labels: {
    typeDefs: `
      type Book @key(fields: "id") { id: ID!, isbn: String! @external, author: Author! @external, label: String @requires(fields: "isbn author { name rank }") }
      type Author @key(fields: "id") { id: ID!, name: String @external, rank: Int @external }
      type Film @key(fields: "id") { id: ID!, minutes: Int @external, hours: Float @requires(fields: "minutes") }
    `,
    resolvers: {
      Book: {
        __resolveReference: (book: unknown) => book,
        label: ({ isbn, author }: { isbn: string; author: { name: string; rank: number | null } }) =>
          `${isbn} ${author.name} ${author.rank}`,
      },
      Film: {
        __resolveReference: (film: unknown) => film,
        hours: ({ minutes }: { minutes: number | null }) => (minutes === null ? null : minutes / 60),
      },
    },
  },
  taxes: {
    typeDefs: `
      type Book @key(fields: "id") { id: ID!, label: String @external, taxLabel: String @requires(fields: "label") }
    `,
    resolvers: {
      Book: { __resolveReference: (book: unknown) => book, taxLabel: ({ label }: { label: string }) => `taxed ${label}` },
    },
  },
});
