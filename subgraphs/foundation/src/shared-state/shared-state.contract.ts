import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SharedState } from './shared-state.ts';

/** An implementation under test; `other` is the same one as another process would have it. */
export interface SharedStateUnderTest extends AsyncDisposable {
  readonly state: SharedState;
  readonly other: SharedState;
}

const minute = { ttlSeconds: 60 };

/** What every shared state holds to. */
export const sharedStateContract = (name: string, start: () => Promise<SharedStateUnderTest>): void => {
  const until = async (look: () => Promise<boolean>) => {
    for (let waited = 0; waited < 5_000; waited += 10) {
      if (await look()) return true;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return false;
  };

  describe(`${name}: values`, () => {
    it('are seen by all, replaced, and gone when they are deleted', async () => {
      await using under = await start();
      const key = randomUUID();
      expect(await under.state.get(key)).toBeUndefined();
      await under.state.set(key, 'one', minute);
      await under.other.set(key, 'twö', minute);
      expect(await under.state.get(key)).toBe('twö');
      await under.other.delete(key);
      await under.other.delete(key);
      expect(await under.state.get(key)).toBeUndefined();
    });

    it('end when their time is over', async () => {
      await using under = await start();
      const key = randomUUID();
      await under.state.set(key, 'short', { ttlSeconds: 0.2 });
      expect(await under.other.get(key)).toBe('short');
      expect(await until(async () => (await under.other.get(key)) === undefined)).toBe(true);
    });

    it('may be 1 MB', async () => {
      await using under = await start();
      const key = randomUUID();
      const large = 'x'.repeat(1_000_000);
      await under.state.set(key, large, minute);
      expect(await under.other.get(key)).toBe(large);
      await under.state.delete(key);
    });
  });

  describe(`${name}: counters`, () => {
    it('lose no step, however many count at once', async () => {
      await using under = await start();
      const key = randomUUID();
      const steps = Array.from({ length: 200 }, (_, index) => (index % 2 ? under.state : under.other).increment(key, minute));
      const seen = await Promise.all(steps);
      expect(new Set(seen).size).toBe(200);
      expect(await under.state.increment(key, { ...minute, by: 50 })).toBe(250);
    });

    it('count several in one step, each by its own amount', async () => {
      await using under = await start();
      const [one, two] = [randomUUID(), randomUUID()];
      await under.state.increment(two, { ...minute, by: 5 });
      const steps = [
        { key: one, by: 1 },
        { key: two, by: 10 },
        { key: one, by: 2 },
      ];
      expect(await under.other.incrementAll(steps, minute)).toEqual([1, 15, 3]);
      expect(await under.state.incrementAll([], minute)).toEqual([]);
      expect(await under.state.get(two)).toBe('15');
    });

    it('end at a time that was set by their first step', async () => {
      await using under = await start();
      const key = randomUUID();
      await under.state.increment(key, { ttlSeconds: 0.3 });
      expect(await under.other.increment(key, { ttlSeconds: 60 })).toBe(2);
      expect(await until(async () => (await under.state.get(key)) === undefined)).toBe(true);
      expect(await under.state.increment(key, minute)).toBe(1);
    });
  });
};
