import { PubSub as Emitter } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import type { PubSub } from './pubsub.ts';

/** Fan-out within this process; enough while there is only one. */
export const createInProcessPubSub = (log: Logger): PubSub => {
  const emitter = new Emitter();
  return {
    publish: (topic, payload) => void emitter.publish(topic, payload).catch((error) => log.warn({ error, topic }, 'publish failed')),
    subscribe: (topic) => emitter.asyncIterableIterator(topic),
    stop: async () => {},
  };
};
