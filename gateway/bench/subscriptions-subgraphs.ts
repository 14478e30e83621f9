import type { SubgraphSource } from '../src/execute/test/composed.ts';

const tickMs = 10;

/** So many events a second, spread evenly, each with the time it was told. */
async function* sold(perSecond: number) {
  const started = performance.now();
  for (let count = 0; ; ) {
    const due = Math.floor(((performance.now() - started) * perSecond) / 1000);
    for (; count < due; count += 1) yield { sold: { at: String(Date.now()), count, product: { upc: `p${count % 100}` } } };
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
}

/** Sales are told live; what was sold is known to another subgraph. */
export const liveSubgraphs: Record<string, SubgraphSource> = {
  sales: {
    typeDefs: `
      type Query { sales: Int }
      type Subscription { sold(perSecond: Float!): Sale }
      type Sale { at: String, count: Int, product: Product }
      type Product @key(fields: "upc", resolvable: false) { upc: String! }`,
    resolvers: { Subscription: { sold: { subscribe: (_: unknown, { perSecond }: { perSecond: number }) => sold(perSecond) } } },
  },
  products: {
    typeDefs: `
      type Query { products: Int }
      type Product @key(fields: "upc") { upc: String!, name: String, price: Int, weight: Int }`,
    resolvers: {
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => ({ upc, name: `Product ${upc}`, price: upc.length * 100, weight: 7 }),
      },
    },
  },
};

export const liveQuery = 'subscription ($perSecond: Float!) { sold(perSecond: $perSecond) { at count product { upc name price weight } } }';
