import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ maxAnswer: 20_000 });
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const aliases = (count: number, field: string) => Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
const asked = (times: number) => `{ ${aliases(times, `tenantSignIn(slug: "${'x'.repeat(1_000)}")`)} }`;
const large = asked(25);
const byHash = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(large).digest('hex') } };

describe('limiting an answer', () => {
  it('refuses a large one by POST, GET, events and WebSocket', async () => {
    const authorization = `Bearer ${token}`;
    const [posted, got] = [
      await send(gateway, JSON.stringify({ query: large, extensions: byHash }), { authorization }),
      await send(
        gateway,
        undefined,
        { authorization, 'apollo-require-preflight': '1' },
        `/graphql?extensions=${encodeURIComponent(JSON.stringify(byHash))}`,
      ),
    ];
    for (const { codes, data, text } of [posted, got]) {
      expect([codes, data]).toEqual([['COST_EXCEEDED'], undefined]);
      expect(text).toContain('The answer has more than 20000 characters');
    }
    for (const transport of ['ws', 'sse'] as const) {
      const { results, ended } = watch(transport, gateway, large, { authorization });
      await ended;
      expect([transport, results[0]?.data, results[0]?.errors?.[0]?.extensions.code]).toEqual([transport, undefined, 'COST_EXCEEDED']);
    }
    expect((await ask(gateway, asked(15), token)).codes).toEqual([]);
  });

  it('refuses large events and goes on with the stream', async () => {
    await using own = await startGateway({ maxAnswer: 300 });
    const authorization = `Bearer ${await own.issuer.token('acme')}`;
    for (const transport of ['ws', 'sse'] as const) {
      const small = watch(transport, own, 'subscription { ticks { count } }', { authorization });
      const stream = watch(transport, own, `subscription { ticks { ${aliases(45, 'count')} } }`, { authorization });
      await until(() => stream.results.length > 2 && small.results.length > 2);
      stream.stop();
      small.stop();
      expect(stream.results.slice(0, 3).map(({ data, errors }) => [data, errors[0].extensions])).toEqual(
        Array.from({ length: 3 }, () => [undefined, { code: 'COST_EXCEEDED' }]),
      );
      expect(small.results[0].data.ticks.count).toBe(1);
    }
  });
});
