import { LRUCache } from 'lru-cache';
import type { SharedState } from './shared-state.ts';

const entriesAtMost = 100_000;

/** Counted where it is. */
interface Counter {
  value: number;
}

/** Short-lived values of this process; the oldest go first when there are too many. */
export const createInProcessSharedState = (): SharedState => {
  const values = new LRUCache<string, string | Counter>({ max: entriesAtMost });
  const ttl = (seconds: number) => Math.max(1, Math.round(seconds * 1000));
  return {
    get: async (key) => textOf(values.get(key)),
    set: async (key, value, { ttlSeconds }) => void values.set(key, value, { ttl: ttl(ttlSeconds) }),
    async increment(key, { by = 1, ttlSeconds }) {
      const known = values.get(key);
      const counter = typeof known === 'object' ? known : { value: Number(known ?? 0) };
      counter.value += by;
      // The counter's end was set at its first use and stays.
      if (counter !== known) values.set(key, counter, { ttl: known === undefined ? ttl(ttlSeconds) : values.getRemainingTTL(key) });
      return counter.value;
    },
    delete: async (key) => void values.delete(key),
    stop: async () => values.clear(),
  };
};

const textOf = (value: string | Counter | undefined): string | undefined => (typeof value === 'object' ? String(value.value) : value);
