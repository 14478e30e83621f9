import type { SubgraphSource } from './composed.ts';

const users = [
  { id: '1', name: 'Ada', username: '@ada', birthday: 1815 },
  { id: '2', name: 'Alan', username: '@complete', birthday: 1912 },
];
const products = [
  { upc: '1', name: 'Table', price: 899, weight: 100 },
  { upc: '2', name: 'Couch', price: 1299, weight: 1000 },
  { upc: '3', name: 'Chair', price: 54, weight: 50 },
];
const reviews = [
  { id: '1', authorId: '1', upc: '1', body: 'Love it!' },
  { id: '2', authorId: '1', upc: '2', body: 'Too expensive.' },
  { id: '3', authorId: '2', upc: '3', body: 'Could be better.' },
  { id: '4', authorId: '2', upc: '1', body: 'Prefer something else.' },
];
const inventory: Record<string, boolean> = { 1: true, 2: false, 3: true };

const review = (id: string) => reviews.find((each) => each.id === id);
const asReview = ({ id, body, upc, authorId }: (typeof reviews)[number]) => ({
  id,
  body,
  product: { __typename: 'Product', upc },
  author: { __typename: 'User', id: authorId, username: `@from-reviews-${authorId}` },
});

/** The classic four: accounts, products, reviews, inventory. */
export const shop: Record<string, SubgraphSource> = {
  accounts: {
    typeDefs: `
      type Query { me: User, user(id: ID!): User, users: [User!]! }
      type User @key(fields: "id") { id: ID!, name: String, username: String @shareable, birthday: Int, nickname: String }
    `,
    resolvers: {
      Query: {
        me: () => users[0],
        user: (_: unknown, { id }: { id: string }) => users.find((user) => user.id === id),
        users: () => users,
      },
      User: {
        __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id) ?? null,
        nickname: () => null,
      },
    },
  },
  products: {
    typeDefs: `
      type Query { topProducts(first: Int = 3): [Product], product(upc: String!): Product }
      type Product @key(fields: "upc") { upc: String!, name: String, price: Int, weight: Int }
    `,
    resolvers: {
      Query: {
        topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first),
        product: (_: unknown, { upc }: { upc: string }) => products.find((product) => product.upc === upc),
      },
      Product: { __resolveReference: ({ upc }: { upc: string }) => products.find((product) => product.upc === upc) ?? null },
    },
  },
  reviews: {
    typeDefs: `
      type Query { review(id: ID!): Review }
      type Mutation { review(upc: String!, body: String!): Review }
      type Review @key(fields: "id") { id: ID!, body: String, author: User @provides(fields: "username"), product: Product }
      type User @key(fields: "id") { id: ID!, username: String @external, reviews: [Review], numberOfReviews: Int! }
      type Product @key(fields: "upc") { upc: String!, reviews: [Review] }
    `,
    resolvers: {
      Query: { review: (_: unknown, { id }: { id: string }) => asReviewOrNull(review(id)) },
      Mutation: { review: (_: unknown, { upc, body }: { upc: string; body: string }) => asReview({ id: '9', authorId: '1', upc, body }) },
      Review: { __resolveReference: ({ id }: { id: string }) => asReviewOrNull(review(id)) },
      User: {
        reviews: ({ id }: { id: string }) => reviews.filter((each) => each.authorId === id).map(asReview),
        numberOfReviews: ({ id }: { id: string }) => reviews.filter((each) => each.authorId === id).length,
      },
      Product: { reviews: ({ upc }: { upc: string }) => reviews.filter((each) => each.upc === upc).map(asReview) },
    },
  },
  inventory: {
    typeDefs: `
      type Product @key(fields: "upc") {
        upc: String!, weight: Int @external, price: Int @external
        inStock: Boolean
        shippingEstimate: Int @requires(fields: "price weight")
      }
    `,
    resolvers: {
      Product: {
        __resolveReference: (reference: { upc: string }) => ({ ...reference, inStock: inventory[reference.upc] }),
        shippingEstimate: ({ price, weight }: { price: number; weight: number }) => (price > 1000 ? 0 : Math.round(weight * 0.5)),
      },
    },
  },
};

const asReviewOrNull = (found: (typeof reviews)[number] | undefined) => (found ? asReview(found) : null);
