import { describe, expect, it } from 'vitest';
import { aBrokenLine } from '../redis/a-broken-line.test-support.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRedisSharedState } from './redis-shared-state.ts';
import { sharedStateContract } from './shared-state.contract.ts';

const url = process.env.TEST_REDIS_URL ?? '';
const log = createLogger({ level: 'silent' });

sharedStateContract('Redis', async () => {
  const open = () => createRedisSharedState({ url, installation: 'contract' }, log);
  const [state, other] = await Promise.all([open(), open()]);
  return { state, other, [Symbol.asyncDispose]: async () => void (await Promise.all([state.stop(), other.stop()])) };
});

describe('Redis: an outage', () => {
  it('fails calls at once, cut or hanging, and ends by itself', async () => {
    const { hostname, port } = new URL(url);
    await using line = await aBrokenLine({ host: hostname, port: Number(port) });
    const state = await createRedisSharedState({ url: line.urlOf(url), installation: 'outage' }, log);
    await state.set('kept', 'yes', { ttlSeconds: 60 });
    const refused = async () => {
      const before = performance.now();
      await expect(state.get('kept')).rejects.toThrow();
      return performance.now() - before;
    };

    line.hang();
    expect(await refused()).toBeLessThan(1_500);
    await line.cut();
    expect(await refused()).toBeLessThan(1_500);
    await line.mend();

    let back: string | undefined;
    for (let waited = 0; waited < 10_000 && !back; waited += 50) {
      back = await state.get('kept').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(back).toBe('yes');
    await state.stop();
  });

  it('keeps installations apart', async () => {
    const [one, two] = await Promise.all(['one', 'two'].map((installation) => createRedisSharedState({ url, installation }, log)));
    await one?.set('name', 'one', { ttlSeconds: 60 });
    expect(await two?.get('name')).toBeUndefined();
    await Promise.all([one?.stop(), two?.stop()]);
  });
});
