import { anonymous } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import type { ResultObject } from './result-object.ts';
import { startRun } from './run.ts';
import { compileStubs } from './stub-objects.ts';

const aRun = (root: ResultObject) => {
  const run = startRun({ caller: { claims: anonymous, requestId: 'r' } }, () => {
    throw new Error('nobody is asked');
  });
  return Object.assign(run.root, root) && run;
};
const product = (upc: unknown, more: ResultObject = {}): ResultObject => ({ __typename: 'Product', upc, ...more });
const stubsAt = (path: string, root: ResultObject) => {
  const run = aRun(root);
  const find = compileStubs(path.split('.'), 'upc');
  return { run, found: find?.(run), again: () => find?.(run) };
};

describe('stubs of a path', () => {
  it('are one object wherever they are equal', () => {
    const [one, two] = [product('1'), product('2')];
    const reviews = [{ product: one }, { product: two }, { product: product('1') }, { product: null }];

    const { run, found } = stubsAt('reviews.@.product', { reviews });

    expect(found).toEqual([one, two]);
    expect(reviews[2]?.product).toBe(one);
    expect(run.sharesObjects).toBe(true);
  });

  it('stand in lists too', () => {
    const products = [product('1'), product('1')];

    stubsAt('products.@', { products });

    expect(products[1]).toBe(products[0]);
  });

  it('are told apart by their type and by what their key is made of', () => {
    const products = [product('1'), product(1), { ...product('1'), __typename: 'Gift' }];

    const { run, found } = stubsAt('products.@', { products });

    expect(found).toHaveLength(3);
    expect(run.sharesObjects).toBe(false);
  });

  it('stay what they are where the name or the key is missing', () => {
    const products = [product(null), product(null), { upc: '1' }, { upc: '1' }, product({ of: 1 }), product({ of: 1 })];

    expect(stubsAt('products.@', { products }).found).toEqual(products);
  });

  it('are looked for once', () => {
    const { found, again } = stubsAt('products.@', { products: [product('1')] });

    expect(again()).toBe(found);
  });
});
