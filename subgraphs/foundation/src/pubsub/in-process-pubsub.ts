import { PubSub as Emitter } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import type { PubSub } from './pubsub.ts';

/** Fan-out within this process; enough while there is only one. */
export const createInProcessPubSub = (log: Logger): PubSub => {
  const emitter = new Emitter();
  const listening = new Set<AsyncIterator<unknown>>();
  return {
    publish: (topic, payload) => void emitter.publish(topic, payload).catch((error) => log.warn({ error, topic }, 'publish failed')),
    subscribe<Payload>(topic: string): AsyncIterable<Payload> {
      const source = emitter.asyncIterableIterator<Payload>(topic);
      // It listens from its first `next` on, which may come too late for what happens before the consumer asks.
      let first: Promise<IteratorResult<Payload>> | undefined = source.next();
      const iterator: AsyncIterableIterator<Payload> = {
        next() {
          const next = first ?? source.next();
          first = undefined;
          return next;
        },
        async return() {
          listening.delete(iterator);
          await source.return?.();
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
