import { describe, expect, it } from 'vitest';
import { comparable, compose } from './test/composed.ts';
import { shop } from './test/shop.ts';

const { ours, stock, calls } = compose(shop);

const benchmark = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query TestQuery {
    users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } } } }
    topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
  }`;

describe('executing a plan', () => {
  it('answers a query over four subgraphs as the stock executor does', async () => {
    const answer = await ours(benchmark);

    expect(comparable(answer)).toEqual(comparable(await stock(benchmark)));
    expect(answer.errors).toBeUndefined();
  });

  it('makes one call of what a subgraph is asked for in several branches', async () => {
    await ours(benchmark);

    const services = calls.map((call) => call.split(' ')[0]);
    expect(services.toSorted()).toEqual(['accounts', 'accounts', 'inventory', 'products', 'products', 'reviews']);
  });
});
