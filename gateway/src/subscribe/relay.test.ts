import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';
import type { Bound } from './course.ts';
import { createQueue, type Queue } from './queue.ts';
import { startRelay } from './relay.ts';
import { createUpstreams } from './upstreams.ts';

/** Events that everybody hears who listens, each of them a while later. */
const aBroadcast = () => {
  const listening = new Map<Queue<SubgraphAnswer>, number>();
  let count = 0;
  let refusal: Error | undefined;
  let refused = 0;
  return {
    listeners: () => listening.size,
    refused: () => refused,
    tell() {
      count += 1;
      for (const [queue, lag] of listening) {
        const event = { data: { count } };
        setTimeout(() => queue.push(event), lag);
      }
    },
    course: (key: string, { lag = 0, opensAfter = 0, showsState = false } = {}): Bound => {
      const connect: Bound['address']['connect'] = async function* (signal, opened) {
        await sleep(opensAfter);
        if (refusal) {
          refused += 1;
          throw refusal;
        }
        const queue = createQueue<SubgraphAnswer>();
        listening.set(queue, lag);
        signal.addEventListener('abort', () => queue.end());
        opened();
        if (showsState) yield { data: { count } };
        try {
          yield* queue;
        } finally {
          listening.delete(queue);
        }
      };
      return { address: { key, showsState, connect } } as unknown as Bound;
    },
    fail(error: Error) {
      for (const queue of listening.keys()) queue.end(error);
    },
    /** Whoever listens from now on hears this alone. */
    refuse(error: Error) {
      refusal = error;
    },
  };
};

const follow = (first: Bound, options: Partial<Parameters<typeof startRelay>[1]> = {}) => {
  const heard: unknown[] = [];
  const endings: unknown[] = [];
  const relay = startRelay(first, {
    upstreams: createUpstreams(),
    event: (_, { data }) => heard.push(data?.count),
    end: (_, error) => endings.push(error),
    overlapMs: 20,
    ...options,
  });
  return { relay, heard, endings };
};

describe('a subscription that moves to another source', () => {
  it('misses nothing and hears nothing twice, whichever of the two is slower', async () => {
    const lag = fc.integer({ min: 0, max: 10 });
    await fc.assert(
      fc.asyncProperty(lag, lag, fc.integer({ min: 0, max: 15 }), async (first, second, opensAfter) => {
        const broadcast = aBroadcast();
        // Much longer than any lag, also where timers come late.
        const { relay, heard } = follow(broadcast.course('first', { lag: first }), { overlapMs: 100 });
        while (broadcast.listeners() === 0) await sleep(1);
        for (let count = 1; count <= 30; count += 1) {
          await sleep(10);
          broadcast.tell();
          if (count === 10) relay.adopt(broadcast.course('second', { lag: second, opensAfter }));
        }
        await sleep(250);
        expect(heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
        expect(broadcast.listeners()).toBe(1);
        relay.stop();
      }),
      { numRuns: 12 },
    );
  });

  it('goes on over the old one while the new one can’t be had', async () => {
    const broadcast = aBroadcast();
    const { relay, heard, endings } = follow(broadcast.course('first'));
    const broken = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('not yet')) }) });
    await sleep(5);
    relay.adopt({ address: { key: 'second', showsState: false, connect: broken } } as unknown as Bound);
    await sleep(20);
    broadcast.tell();
    await sleep(5);
    expect([heard, endings]).toEqual([[1], []]);
    relay.stop();
  });

  it('looks again when its source breaks off, and moves where it is known to have moved', async () => {
    const broadcast = aBroadcast();
    const elsewhere = aBroadcast();
    const { relay, heard, endings } = follow(broadcast.course('first'), {
      lookAgain: async () => relay.adopt(elsewhere.course('second'), 10_000),
    });
    await sleep(5);
    broadcast.fail(new Error('gone'));
    await sleep(10);
    elsewhere.tell();
    await sleep(5);
    expect([heard, endings]).toEqual([[1], []]);
    relay.stop();
  });

  it('ends by what broke it where nothing has changed', async () => {
    const broadcast = aBroadcast();
    const { endings } = follow(broadcast.course('first'));
    await sleep(5);
    broadcast.fail(new Error('gone'));
    await sleep(5);
    expect(endings).toEqual([new Error('gone')]);
  });
});

describe('a subscription that shares a source which somebody else opened', () => {
  const three = async () => {
    const broadcast = aBroadcast();
    const upstreams = createUpstreams();
    const all = [1, 2, 3].map(() => follow(broadcast.course('shared'), { upstreams }));
    await sleep(5);
    return { broadcast, all };
  };

  it('has one of its own when that breaks off, while whoever opened it is told', async () => {
    const { broadcast, all } = await three();
    broadcast.fail(new Error('not yours any more'));
    await sleep(30);
    broadcast.tell();
    await sleep(30);

    expect(all.map(({ heard }) => heard)).toEqual([[], [1], [1]]);
    expect(all.map(({ endings }) => endings.length)).toEqual([1, 0, 0]);
    expect(broadcast.listeners()).toBe(1);
    for (const { relay } of all) relay.stop();
  });

  it('tries that once where it is away for all', async () => {
    const { broadcast, all } = await three();
    broadcast.refuse(new Error('away'));
    broadcast.fail(new Error('away'));
    await sleep(50);
    expect(all.map(({ endings }) => endings)).toEqual([[new Error('away')], [new Error('away')], [new Error('away')]]);
    expect(broadcast.refused()).toBe(1);
  });
});

describe('a subscription that shows a state', () => {
  it('tells who comes later how things stand, and then shares with who was there', async () => {
    const broadcast = aBroadcast();
    const upstreams = createUpstreams();
    const course = () => broadcast.course('state', { showsState: true });
    const early = follow(course(), { upstreams });
    await sleep(5);
    broadcast.tell();
    await sleep(5);

    const late = follow(course(), { upstreams, apartMs: 10 });
    await sleep(5);
    expect([early.heard, late.heard, broadcast.listeners()]).toEqual([[0, 1], [1], 2]);
    await sleep(60);
    broadcast.tell();
    await sleep(5);

    expect([early.heard, late.heard, broadcast.listeners()]).toEqual([[0, 1, 2], [1, 2], 1]);
    early.relay.stop();
    late.relay.stop();
    await sleep(5);
    expect([broadcast.listeners(), upstreams.size()]).toEqual([0, 0]);
  });
});
