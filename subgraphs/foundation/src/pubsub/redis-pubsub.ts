import { RedisPubSub as Engine } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { commandsFailFast, connectRedis, type RedisAddress, readyOrLater } from '../redis/redis-connection.ts';
import { liveTopics } from './live-topics.ts';
import type { PubSub } from './pubsub.ts';

/** Fan-out to all processes. While Redis is away nothing arrives and nobody is held up; subscriptions are made anew when it is back. */
export const createRedisPubSub = async ({ url, installation }: RedisAddress, log: Logger): Promise<PubSub> => {
  const publisher = connectRedis(url, log, commandsFailFast);
  // A subscription waits for Redis, however long.
  const subscriber = connectRedis(url, log, { maxRetriesPerRequest: null, autoResubscribe: true });
  await Promise.all([readyOrLater(publisher), readyOrLater(subscriber)]);
  const engine = new Engine({ publisher, subscriber: forgiving(subscriber, log) });
  const channel = (topic: string) => `${installation}:${topic}`;
  const topics = liveTopics(
    {
      publish: (topic, payload) => engine.publish(channel(topic), payload),
      asyncIterableIterator: (topic) => engine.asyncIterableIterator([topic].flat().map(channel)),
    },
    log,
  );
  return {
    ...topics,
    async stop() {
      await topics.stop();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
};

/** The engine handles no failure of these, and each of them fails when an end cuts it short: that would end the process badly. */
const forgiving = (subscriber: Redis, log: Logger): Redis => {
  const unsaid = (error: unknown) => log.debug({ error }, 'Redis was left before it answered');
  const forgiven = {
    on: subscriber.on.bind(subscriber),
    subscribe: (channel: string, done: () => void) => void subscriber.subscribe(channel).then(() => done(), unsaid),
    unsubscribe: (channel: string) => void subscriber.unsubscribe(channel).catch(unsaid),
    punsubscribe: (pattern: string) => void subscriber.punsubscribe(pattern).catch(unsaid),
  };
  return forgiven as unknown as Redis;
};
