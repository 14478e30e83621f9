import type { PubSubEngine } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import type { PubSub } from './pubsub.ts';

type Engine = Pick<PubSubEngine, 'publish' | 'asyncIterableIterator'>;

/** Topics over one of the engines of `graphql-subscriptions`. */
export const liveTopics = (engine: Engine, log: Logger): PubSub => {
  const listening = new Set<AsyncIterator<unknown>>();
  return {
    publish: (topic, payload) => void engine.publish(topic, payload).catch((error) => log.warn({ error, topic }, 'publish failed')),
    subscribe<Payload>(topic: string): AsyncIterable<Payload> {
      const source = engine.asyncIterableIterator<Payload>(topic);
      // It listens from its first `next` on, which may come too late for what happens before the consumer asks.
      // Until it listens, its own end would not reach who waits.
      const ended = Promise.withResolvers<IteratorResult<Payload>>();
      let first: Promise<IteratorResult<Payload>> | undefined = Promise.race([source.next(), ended.promise]);
      first.catch(() => {});
      const iterator: AsyncIterableIterator<Payload> = {
        next() {
          const next = first ?? source.next();
          first = undefined;
          return next;
        },
        async return() {
          listening.delete(iterator);
          ended.resolve({ done: true, value: undefined });
          // An engine whose server is away would keep waiting for it who only wants to leave.
          void source.return?.().catch((error) => log.debug({ error, topic }, 'a topic is left late'));
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      listening.add(iterator);
      return iterator;
    },
    async stop() {
      await Promise.all([...listening].map((iterator) => iterator.return?.()));
    },
  };
};
