import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PubSub } from './pubsub.ts';

/** An implementation under test; `other` is the same one as another process would have it. */
export interface PubSubUnderTest extends AsyncDisposable {
  readonly pubsub: PubSub;
  readonly other: PubSub;
}

const mustBe = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('There is none.');
  return value;
};

/** What every fan-out holds to. */
export const pubsubContract = (name: string, start: () => Promise<PubSubUnderTest>): void => {
  const aTopic = () => `operation.${randomUUID()}` as const;
  const take = async (events: AsyncIterable<{ operationId: string }>, count: number): Promise<string[]> => {
    const taken: string[] = [];
    for await (const { operationId } of events) {
      taken.push(operationId);
      if (taken.length === count) break;
    }
    return taken;
  };
  /** Publishes until the listeners hear: when a subscription holds is nobody's promise, that it holds is. */
  const heard = async (
    { other }: PubSubUnderTest,
    topic: ReturnType<typeof aTopic>,
    listeners: readonly AsyncIterable<{ operationId: string }>[],
  ) => {
    const knocking = setInterval(() => other.publish(topic, { operationId: 'knock' }), 20);
    const ready = await Promise.all(
      listeners.map(async (listener) => {
        const iterator = listener[Symbol.asyncIterator]();
        await iterator.next();
        return iterator;
      }),
    );
    clearInterval(knocking);
    return ready.map((iterator) => ({
      async *[Symbol.asyncIterator]() {
        for (let next = await iterator.next(); !next.done; next = await iterator.next())
          if (next.value.operationId !== 'knock') yield next.value;
      },
    }));
  };

  describe(`${name}: fan-out`, () => {
    it('reaches everybody who listens, in order, and no other topic', async () => {
      await using under = await start();
      const topic = aTopic();
      const listeners = await heard(under, topic, [under.pubsub.subscribe(topic), under.other.subscribe(topic)]);
      const taking = listeners.map((listener) => take(listener, 100));

      under.other.publish(aTopic(), { operationId: 'elsewhere' });
      const sent = Array.from({ length: 100 }, (_, index) => String(index));
      for (const operationId of sent) under.other.publish(topic, { operationId });

      expect(await Promise.all(taking)).toEqual([sent, sent]);
    });

    it('carries events of 100 kB', async () => {
      await using under = await start();
      const topic = aTopic();
      const [listener] = await heard(under, topic, [under.pubsub.subscribe(topic)]);
      const operationId = 'x'.repeat(100_000);
      under.other.publish(topic, { operationId });
      expect(await take(mustBe(listener), 1)).toEqual([operationId]);
    });

    it('serves many listeners at once, and forgets those that stop', async () => {
      await using under = await start();
      const topic = aTopic();
      const listeners = await heard(
        under,
        topic,
        Array.from({ length: 50 }, () => under.pubsub.subscribe(topic)),
      );
      const [first, ...others] = listeners;
      const once = take(mustBe(first), 1);
      const twice = others.map((listener) => take(listener, 2));
      under.other.publish(topic, { operationId: 'one' });
      expect(await once).toEqual(['one']);
      under.other.publish(topic, { operationId: 'two' });
      expect(new Set((await Promise.all(twice)).map(String))).toEqual(new Set(['one,two']));
    });

    it('ends what listens when it stops', async () => {
      await using under = await start();
      const iterator = under.pubsub.subscribe(aTopic())[Symbol.asyncIterator]();
      const next = iterator.next();
      await under.pubsub.stop();
      expect(await next).toEqual({ done: true, value: undefined });
    });
  });
};
