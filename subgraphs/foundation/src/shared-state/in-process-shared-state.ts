import { LRUCache } from 'lru-cache';
import type { SharedState } from './shared-state.ts';

const entriesAtMost = 100_000;

/** Short-lived values of this process; the oldest go first when there are too many. */
export const createInProcessSharedState = (): SharedState => {
  const values = new LRUCache<string, string>({ max: entriesAtMost });
  const ttl = (seconds: number) => Math.max(1, Math.round(seconds * 1000));
  return {
    get: async (key) => values.get(key),
    set: async (key, value, { ttlSeconds }) => void values.set(key, value, { ttl: ttl(ttlSeconds) }),
    async increment(key, { by = 1, ttlSeconds }) {
      const known = values.get(key);
      const value = Number(known ?? 0) + by;
      // The counter's end was set at its first use and stays.
      values.set(key, String(value), { ttl: known === undefined ? ttl(ttlSeconds) : values.getRemainingTTL(key) });
      return value;
    },
    delete: async (key) => void values.delete(key),
    stop: async () => values.clear(),
  };
};
