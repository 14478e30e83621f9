import { expect, it } from 'vitest';
import { createReadingTime } from './reading-time.ts';

const aThread = () => {
  let now = 5_000;
  const time = createReadingTime(() => now);
  const pass = (ms: number) => {
    now += ms;
  };
  const of = (caller: string, limit = 100) => [{ name: caller, limit }];
  return { pass, time, of, work: (caller: string, ms: number) => time.during(of(caller), () => pass(ms)) };
};

it('lets each caller work as long as it may in a second, and once beyond it', () => {
  const { work, pass } = aThread();
  work('ada', 60);
  work('ada', 300);
  expect(() => work('ada', 1)).toThrow('Too many requests');
  work('bob', 1);
  pass(700);
  work('ada', 1);
});

it('counts a second from the first work in it, however much follows', () => {
  const { work, pass } = aThread();
  for (let at = 0; at < 9; at += 1) {
    work('ada', 11);
    pass(90);
  }
  work('ada', 1);
  expect(() => work('ada', 1)).toThrow('Too many requests');
  pass(110);
  work('ada', 1);
});

it('counts what failed as well', () => {
  const { time, of, pass } = aThread();
  const fail = () =>
    time.during(of('ada'), () => {
      pass(110);
      throw new Error('It is invalid.');
    });
  expect(fail).toThrow('It is invalid.');
  expect(fail).toThrow('Too many requests');
});

it('refuses where any of several accounts is used up', () => {
  const { time, of, pass } = aThread();
  const asTenant = (caller: string) => time.during([...of(caller), ...of('acme', 150)], () => pass(80));
  asTenant('ada');
  asTenant('bob');
  expect(() => asTenant('cy')).toThrow('Too many requests');
});

it('takes work that was reckoned from the same account', () => {
  const { time, of, work } = aThread();
  time.spend(of('ada'), 70);
  work('ada', 40);
  expect(() => time.spend(of('ada'), 1)).toThrow('Too many requests');
  time.spend(of('bob'), 1);
});
