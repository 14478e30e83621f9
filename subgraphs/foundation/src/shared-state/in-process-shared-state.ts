import { LRUCache } from 'lru-cache';
import type { SharedState } from './shared-state.ts';

const entriesAtMost = 100_000;
/** Of their keys and texts. */
const charactersAtMost = 64_000_000;

interface Entry {
  value: string | number;
  /** Of `performance.now()`. */
  until: number;
}

/** Short-lived values of this process; the oldest go first when there are too many. */
export const createInProcessSharedState = (): SharedState => {
  const entries = new LRUCache<string, Entry>({
    max: entriesAtMost,
    maxSize: charactersAtMost,
    sizeCalculation: ({ value }, key) => key.length + (typeof value === 'string' ? value.length : 8),
  });
  const end = (seconds: number) => performance.now() + Math.max(1, Math.round(seconds * 1000));
  const add = (key: string, by: number, ttlSeconds: number): number => {
    const entry = entries.get(key);
    if (!entry) {
      entries.set(key, { value: by, until: end(ttlSeconds) });
      return by;
    }
    // The counter's end was set at its first use and stays.
    const lives = performance.now() < entry.until;
    const value = (lives ? Number(entry.value) : 0) + by;
    entry.value = value;
    if (!lives) entry.until = end(ttlSeconds);
    return value;
  };
  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry && performance.now() < entry.until) return String(entry.value);
      entries.delete(key);
      return undefined;
    },
    set: async (key, value, { ttlSeconds }) => void entries.set(key, { value, until: end(ttlSeconds) }),
    increment: async (key, { by = 1, ttlSeconds }) => add(key, by, ttlSeconds),
    incrementAll: async (steps, { ttlSeconds }) => steps.map(({ key, by }) => add(key, by, ttlSeconds)),
    delete: async (key) => void entries.delete(key),
    stop: async () => entries.clear(),
  };
};
