import type { Logger } from 'pino';
import { commandsFailFast, connectRedis, type RedisAddress, readyOrLater } from '../redis/redis-connection.ts';
import type { SharedState } from './shared-state.ts';

// In one step: a counter that lost its end would count for ever.
const incrementScript = `
local values = {}
for at, key in ipairs(KEYS) do
  values[at] = redis.call('INCRBY', key, ARGV[at + 1])
  if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return values`;

const pauseMs = 1_000;

/** Short-lived values that all processes share. While Redis is away every call fails at once; callers go on without. */
export const createRedisSharedState = async ({ url, installation }: RedisAddress, log: Logger): Promise<SharedState> => {
  const client = connectRedis(url, log, commandsFailFast);
  await readyOrLater(client);
  const named = (key: string) => `${installation}:state:${key}`;
  const ttl = (seconds: number) => Math.max(1, Math.round(seconds * 1000));
  // A server that hangs costs who asks first its patience, and nobody else for a while.
  let awayUntil = 0;
  const patiently = async <T>(command: () => Promise<T>): Promise<T> => {
    if (Date.now() < awayUntil) throw new Error('Redis is away.');
    return command().catch((error: Error) => {
      if (error.message === 'Command timed out') awayUntil = Date.now() + pauseMs;
      throw error;
    });
  };
  const incrementAll: SharedState['incrementAll'] = async (steps, { ttlSeconds }) => {
    const [keys, added] = [steps.map(({ key }) => named(key)), steps.map(({ by }) => by)];
    const values = await patiently(() => client.eval(incrementScript, keys.length, ...keys, ttl(ttlSeconds), ...added));
    return (values as unknown[]).map(Number);
  };
  return {
    get: async (key) => (await patiently(() => client.get(named(key)))) ?? undefined,
    set: async (key, value, { ttlSeconds }) => void (await patiently(() => client.set(named(key), value, 'PX', ttl(ttlSeconds)))),
    increment: async (key, { by = 1, ttlSeconds }) => (await incrementAll([{ key, by }], { ttlSeconds }))[0] ?? by,
    incrementAll,
    delete: async (key) => void (await patiently(() => client.del(named(key)))),
    ping: async () => void (await client.ping()),
    stop: async () => client.disconnect(),
  };
};
