import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { aBrokenLine } from '../redis/a-broken-line.test-support.ts';
import { createLogger } from '../telemetry/logger.ts';
import { pubsubContract } from './pubsub.contract.ts';
import { createRedisPubSub } from './redis-pubsub.ts';

const url = process.env.TEST_REDIS_URL ?? '';
const log = createLogger({ level: 'silent' });

pubsubContract('Redis', async () => {
  const installation = `t${randomUUID().slice(0, 8)}`;
  const [pubsub, other] = await Promise.all([createRedisPubSub({ url, installation }, log), createRedisPubSub({ url, installation }, log)]);
  return {
    pubsub,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([pubsub.stop(), other.stop()]);
      // Nothing is left listening on the server.
      const client = new Redis(url);
      let left: unknown = [];
      for (let waited = 0; waited < 2_000; waited += 20) {
        left = await client.pubsub('CHANNELS', `${installation}:*`);
        if (Array.isArray(left) && !left.length) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      client.disconnect();
      expect(left).toEqual([]);
    },
  };
});

describe('Redis: an outage', () => {
  it('holds nobody up, and subscriptions hold again afterwards', async () => {
    const { hostname, port } = new URL(url);
    await using line = await aBrokenLine({ host: hostname, port: Number(port) });
    const pubsub = await createRedisPubSub({ url: line.urlOf(url), installation: 'outage' }, log);
    const topic = `operation.${randomUUID()}` as const;
    const iterator = pubsub.subscribe(topic)[Symbol.asyncIterator]();

    await line.cut();
    const before = performance.now();
    pubsub.publish(topic, { operationId: 'lost' });
    expect(performance.now() - before).toBeLessThan(100);
    await line.mend();

    const knocking = setInterval(() => pubsub.publish(topic, { operationId: 'after' }), 50);
    expect(await iterator.next()).toEqual({ done: false, value: { operationId: 'after' } });
    clearInterval(knocking);
    await pubsub.stop();
  });

  it('keeps nobody who wants to leave, and does not hold up an end', async () => {
    const { hostname, port } = new URL(url);
    await using line = await aBrokenLine({ host: hostname, port: Number(port) });
    const pubsub = await createRedisPubSub({ url: line.urlOf(url), installation: 'outage' }, log);
    const known = pubsub.subscribe(`operation.${randomUUID()}`)[Symbol.asyncIterator]();
    const heard = known.next();
    await line.cut();
    const [leaving, staying] = [1, 2].map(() => pubsub.subscribe(`operation.${randomUUID()}`)[Symbol.asyncIterator]());
    const waiting = [leaving?.next(), staying?.next()];

    await known.return?.();
    await leaving?.return?.();
    await pubsub.stop();

    const over = { done: true, value: undefined };
    expect(await Promise.all([heard, ...waiting])).toEqual([over, over, over]);
  });

  it('does not stop a start', async () => {
    const pubsub = await createRedisPubSub({ url: 'redis://127.0.0.1:1', installation: 'none' }, log);
    pubsub.publish('directory', { kind: 'tenant', slug: 'acme' });
    await pubsub.stop();
  });
});
