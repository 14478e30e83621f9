import type { SubgraphSource } from '../src/execute/test/composed.ts';

// The well-known benchmark of federation gateways: four subgraphs, nested lists, entities that come back again and again.
const users = Array.from({ length: 6 }, (_, index) => ({
  id: `u${index + 1}`,
  name: `User number ${index + 1}`,
  username: `user-${index + 1}`,
  birthday: 1_000 + index,
}));
const products = Array.from({ length: 9 }, (_, index) => ({
  upc: `p${index + 1}`,
  name: `Product number ${index + 1}`,
  price: 100 * (index + 1),
  weight: 50 * (index + 1),
}));
const text = (length: number) => 'Sturdy, quick, and a little too blue. '.repeat(Math.ceil(length / 38)).slice(0, length);
const reviews = Array.from({ length: 17 }, (_, index) => ({
  id: `r${index + 1}`,
  body: text(345),
  authorId: users[index % users.length]?.id,
  upc: products[(index * 2) % products.length]?.upc,
}));
const by =
  <T, K extends keyof T>(all: readonly T[], key: K) =>
  (reference: Record<string, unknown>) => {
    const found = all.find((each) => each[key] === reference[key as string]);
    return found && { ...reference, ...found };
  };

export const benchmarkSubgraphs: Record<string, SubgraphSource> = {
  accounts: {
    typeDefs: `
      type Query { me: User, user(id: ID!): User, users: [User] }
      type User @key(fields: "id") { id: ID!, name: String, username: String @shareable, birthday: Int }
    `,
    resolvers: { Query: { users: () => users, me: () => users[0] }, User: { __resolveReference: by(users, 'id') } },
  },
  inventory: {
    typeDefs: `
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }
    `,
    resolvers: {
      Product: {
        __resolveReference: (reference: object) => ({ ...reference, inStock: true }),
        shippingEstimate: ({ price, weight }: { price: number; weight: number }) => (price > 1_000 ? 0 : weight / 2),
      },
    },
  },
  products: {
    typeDefs: `
      type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String!, name: String, price: Int, weight: Int }
    `,
    resolvers: {
      Query: { topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first) },
      Product: { __resolveReference: by(products, 'upc') },
    },
  },
  reviews: {
    typeDefs: `
      type Review @key(fields: "id") { id: ID!, body: String, author: User @provides(fields: "username"), product: Product }
      type User @key(fields: "id") { id: ID!, username: String @external, reviews: [Review] }
      type Product @key(fields: "upc") { upc: String!, reviews: [Review] }
    `,
    resolvers: {
      Review: {
        __resolveReference: by(reviews, 'id'),
        author: ({ authorId }: { authorId: string }) => users.find(({ id }) => id === authorId),
        product: ({ upc }: { upc: string }) => ({ upc }),
      },
      User: {
        __resolveReference: (reference: object) => reference,
        reviews: ({ id }: { id: string }) => reviews.filter(({ authorId }) => authorId === id),
      },
      Product: {
        __resolveReference: (reference: object) => reference,
        reviews: ({ upc }: { upc: string }) => reviews.filter((review) => review.upc === upc),
      },
    },
  },
};

/** Users, top products, reviews, authors, three levels down. */
export const benchmarkQuery = `
fragment User on User { id username name }
fragment Review on Review { id body }
fragment Product on Product { inStock name price shippingEstimate upc weight }
query TestQuery {
  users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
  topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
}`;

/** One hop: a single subgraph, a small answer. */
export const oneHopQuery = '{ users { id name } }';
