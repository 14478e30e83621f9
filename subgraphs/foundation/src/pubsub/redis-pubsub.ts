import { RedisPubSub as Engine } from 'graphql-redis-subscriptions';
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
  const engine = new Engine({ publisher, subscriber });
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
