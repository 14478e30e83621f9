import { expect, it } from 'vitest';
import { createAllowances } from './allowances.ts';

const aThread = () => {
  let now = 5_000;
  const allowances = createAllowances(() => now);
  const pass = (ms: number) => {
    now += ms;
  };
  const of = (caller: string, perSecond = 100) => [{ name: caller, perSecond }];
  const during = (names: ReturnType<typeof of>, work: () => void) => allowances.during(names, work, () => new Error('used up'));
  return { pass, allowances, of, during, work: (caller: string, ms: number) => during(of(caller), () => pass(ms)) };
};

it('lets each caller take four seconds of it at once, and once more than that', () => {
  const { work } = aThread();
  work('ada', 390);
  work('ada', 500);
  expect(() => work('ada', 1)).toThrow('used up');
  work('bob', 1);
});

it('comes anew as time goes by', () => {
  const { work, pass } = aThread();
  work('ada', 500);
  expect(() => work('ada', 1)).toThrow('used up');
  pass(900);
  expect(() => work('ada', 1)).toThrow('used up');
  pass(200);
  work('ada', 30);
  expect(() => work('ada', 1)).toThrow('used up');
  pass(60_000);
  work('ada', 390);
  work('ada', 1);
});

it('is taken by what failed as well', () => {
  const { during, of, pass } = aThread();
  const fail = () =>
    during(of('ada'), () => {
      pass(500);
      throw new Error('It is invalid.');
    });
  expect(fail).toThrow('It is invalid.');
  expect(fail).toThrow('used up');
});

it('is not given where any of several is used up, and nothing is taken then', () => {
  const { allowances, of } = aThread();
  const asTenant = (caller: string, amount: number) => allowances.take([...of(caller), ...of('acme', 150)], amount);
  expect(asTenant('ada', 350)).toBe(true);
  expect(asTenant('bob', 350)).toBe(true);
  expect(asTenant('cy', 350)).toBe(false);
  expect(allowances.take(of('cy'), 350)).toBe(true);
  expect(allowances.take(of('cy'), 350)).toBe(true);
  expect(allowances.take(of('cy'), 1)).toBe(false);
});
