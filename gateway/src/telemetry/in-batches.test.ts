import { expect, it } from 'vitest';
import { inBatches } from './in-batches.ts';

it('does what was added once, in order, when enough waits or when told', () => {
  const done: number[] = [];
  const { add, flush } = inBatches((each: number) => done.push(each), 3);

  add(1);
  add(2);
  expect(done).toEqual([]);
  add(3);
  expect(done).toEqual([1, 2, 3]);
  add(4);
  flush();
  flush();
  expect(done).toEqual([1, 2, 3, 4]);
});
