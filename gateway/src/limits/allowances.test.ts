import { expect, it } from 'vitest';
import { createReadingTime } from './reading-time.ts';

const refused = 'Too many requests';

const aThread = () => {
  let now = 5_000;
  const time = createReadingTime(() => now);
  const pass = (ms: number) => {
    now += ms;
  };
  const of = (caller: string, perSecond = 100) => [{ name: caller, perSecond }];
  return { pass, time, of, work: (caller: string, ms: number) => time.during(of(caller), () => pass(ms)) };
};

it('lets each caller take four seconds of it at once, and once more than that', () => {
  const { work } = aThread();
  work('ada', 390);
  work('ada', 500);
  expect(() => work('ada', 1)).toThrow(refused);
  work('bob', 1);
});

it('comes anew as time goes by', () => {
  const { work, pass } = aThread();
  work('ada', 500);
  expect(() => work('ada', 1)).toThrow(refused);
  pass(900);
  expect(() => work('ada', 1)).toThrow(refused);
  pass(200);
  work('ada', 30);
  expect(() => work('ada', 1)).toThrow(refused);
  pass(60_000);
  work('ada', 390);
  work('ada', 1);
});

it('is taken by what failed as well', () => {
  const { time, of, pass } = aThread();
  const fail = () =>
    time.during(of('ada'), () => {
      pass(500);
      throw new Error('It is invalid.');
    });
  expect(fail).toThrow('It is invalid.');
  expect(fail).toThrow(refused);
});

it('is refused where any of several accounts is used up', () => {
  const { time, of, pass } = aThread();
  const asTenant = (caller: string) => time.during([...of(caller), ...of('acme', 150)], () => pass(350));
  asTenant('ada');
  asTenant('bob');
  expect(() => asTenant('cy')).toThrow(refused);
});

it('may be reckoned beforehand', () => {
  const { time, of, work } = aThread();
  time.spend(of('ada'), 390);
  work('ada', 40);
  expect(() => time.spend(of('ada'), 1)).toThrow(refused);
  time.spend(of('bob'), 1);
});
