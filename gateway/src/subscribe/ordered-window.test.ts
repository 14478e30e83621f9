import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf } from '../execute/test/all-of.ts';
import { createUnreadAnswers } from '../limits/unread-answers.ts';
import { anonymousPrincipal } from '../principal/principal.ts';
import { type Follow, orderedWindow } from './ordered-window.ts';

async function* from<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

const signal = new AbortController().signal;

describe('a window over a stream', () => {
  it('keeps the order, whatever each value takes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(4), { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (delays, concurrency) => {
        let running = 0;
        let most = 0;
        const map = async (delay: number) => {
          most = Math.max(most, ++running);
          await sleep(delay);
          running -= 1;
          return delay;
        };

        expect(await allOf(orderedWindow({ source: from(delays), map, concurrency, limit: 100, signal }))).toEqual(delays);
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
      { numRuns: 20 },
    );
  });

  it('works on several values at once', async () => {
    const bothStarted = Promise.withResolvers<void>();
    let started = 0;
    const map = async (value: number) => {
      if (++started === 2) bothStarted.resolve();
      await bothStarted.promise;
      return value;
    };

    expect(await allOf(orderedWindow({ source: from([1, 2]), map, concurrency: 2, limit: 10, signal }))).toEqual([1, 2]);
  });

  it('tells a reader who falls too far behind, and lets go of the source', async () => {
    let stopped = false;
    const source = (async function* () {
      try {
        for (let value = 0; ; value += 1) yield value;
      } finally {
        stopped = true;
      }
    })();
    const reader = orderedWindow({ source, map: async (value) => value, concurrency: 1, limit: 3, signal });

    await reader.next();
    await sleep(5);

    await expect(allOf(reader)).rejects.toThrow('More than 3 events are waiting to be read');
    expect(stopped).toBe(true);
  });

  it('tells a reader for whom too much is waiting, however few values they are', async () => {
    const room = { characters: 100, of: (value: string) => value.length };
    const values = Array.from({ length: 20 }, () => 'x'.repeat(30));
    const reader = () => orderedWindow({ source: from(values), map: async (value) => value, concurrency: 1, limit: 100, room, signal });
    const slow = reader();

    await slow.next();
    await sleep(5);

    await expect(allOf(slow)).rejects.toThrow('More than 100 characters of events are waiting to be read');
    const few = orderedWindow({ source: from(values.slice(0, 4)), map: async (value) => value, concurrency: 1, limit: 100, room, signal });
    expect(await allOf(few)).toHaveLength(4);
  });

  it('counts as well what the values became, and lets go of the source of a reader who never comes back', async () => {
    const mappedRoom = { characters: 100, of: (value: string) => value.length };
    const map = async () => 'x'.repeat(30);
    const overflowed = Promise.withResolvers<void>();
    const endless = (async function* () {
      for (;;) {
        yield 1;
        await sleep(1);
      }
    })();
    const options = { map, concurrency: 2, limit: 1_000, mappedRoom, signal };
    const slow = orderedWindow({ ...options, source: endless, overflowed: overflowed.resolve });

    await slow.next();
    await overflowed.promise;

    await expect(slow.next()).rejects.toThrow('More than 100 characters of events are waiting to be read');
    expect(await allOf(orderedWindow({ ...options, source: from(Array(50).fill(1)), concurrency: 1 }))).toHaveLength(50);
  });

  it('counts what waits with what waits elsewhere for the same reader, until it was read or nobody reads any more', async () => {
    const unread = createUnreadAnswers({ perCaller: 5_000_000, inAll: 50_000_000 });
    const ofTheirs = { principal: anonymousPrincipal, address: '192.0.2.7' };
    const large = 'x'.repeat(1_500_000);
    const mappedRoom = { characters: 20_000_000, of: (value: string) => value.length };
    const follow: Follow = (waiting) => unread.follow(ofTheirs, waiting);
    const reader = (events: number, options = {}) =>
      orderedWindow({
        source: from(Array(events).fill(1)),
        map: async () => large,
        concurrency: 9,
        limit: 100,
        mappedRoom,
        follow,
        signal,
        ...options,
      });
    for (let again = 0; again < 3; again += 1) {
      const [first, second] = [reader(4), reader(4)];
      await Promise.all([first.next(), second.next()]);
      await sleep(5);
      await expect(Promise.all([allOf(first), allOf(second)])).rejects.toThrow('More than one client may leave unread');
      await Promise.all([first.return(undefined), second.return(undefined)]);
    }

    expect(await allOf(reader(3))).toHaveLength(3);
    expect(() => unread.enforce(ofTheirs)).not.toThrow();
    const other: Follow = (waiting) => unread.follow({ ...ofTheirs, address: '198.51.100.7' }, waiting);
    expect(await allOf(reader(3, { follow: other }))).toHaveLength(3);
  });

  it('hands out what came before the source failed, then the failure', async () => {
    const source = (async function* () {
      yield 1;
      throw new Error('gone');
    })();
    const reader = orderedWindow({ source, map: async (value) => value, concurrency: 1, limit: 3, signal });

    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await expect(reader.next()).rejects.toThrow('gone');
  });

  it('ends at the signal, although the source is silent', async () => {
    const stop = new AbortController();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const next = orderedWindow({ source: silent, map: async (value) => value, concurrency: 1, limit: 3, signal: stop.signal }).next();

    stop.abort();

    expect((await next).done).toBe(true);
  });
});
