import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';

export interface RedisAddress {
  readonly url: string;
  /** In front of every key and channel, so that installations may share a server. */
  readonly installation: string;
}

const longestPauseMs = 2_000;

/** Comes back by itself, without end; an outage is told once, and so is its end. */
export const connectRedis = (url: string, log: Logger, options: RedisOptions): Redis => {
  const client = new Redis(url, {
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 8), longestPauseMs),
    connectTimeout: 2_000,
    ...options,
  });
  // The engine of subscriptions leaves promises to themselves; what fails when a connection ends is nobody's news.
  const { sendCommand } = client;
  client.sendCommand = (...given) => {
    const sent = sendCommand.apply(client, given);
    if (sent instanceof Promise) sent.catch(() => {});
    return sent;
  };
  let away = false;
  client.on('error', (error) => {
    if (!away) log.warn({ error }, 'Redis is away');
    away = true;
  });
  client.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
  });
  return client;
};

/** For commands that a request may wait for: they fail at once while Redis is away, and never hang. */
export const commandsFailFast: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 };

/** Waits until it can be used, for a while: who starts before Redis does goes on without it. */
export const readyOrLater = async (client: Redis, patienceMs = 2_000): Promise<void> => {
  if (client.status === 'ready') return;
  await Promise.race([
    new Promise<void>((resolve) => client.once('ready', () => resolve())),
    new Promise<void>((resolve) => setTimeout(resolve, patienceMs).unref()),
  ]);
};
