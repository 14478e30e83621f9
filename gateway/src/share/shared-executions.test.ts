import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallSignal } from '../execute/call-signal.ts';
import { ask } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { createSharedExecutions } from './shared-executions.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  gateway.switchTo('acme', 'core+analytics');
  gateway.directory.setUser('user-2', { roles: ['user'], permissions: ['analytics.read'] });
  await ask(gateway, question, await gateway.issuer.token('acme'));
});
afterAll(() => gateway[Symbol.asyncDispose]());

const question = '{ slow(ms: 400) tenant { analytics } }';

/** How often the plugin was called meanwhile. */
const callsOf = async (asking: () => Promise<unknown>): Promise<number> => {
  const before = gateway.pluginRequests.length;
  await asking();
  return gateway.pluginRequests.length - before;
};

describe('identical queries under way', () => {
  it('share an execution, those of one principal', async () => {
    const token = await gateway.issuer.token('acme');
    const answers: unknown[] = [];
    const calls = await callsOf(async () => {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, async () => (await ask(gateway, question, token)).data))));
    });
    expect(answers).toEqual(Array(20).fill({ slow: 'done', tenant: { analytics: 7 } }));
    expect(calls).toBe(1);
  });

  it('are executed each by itself for other users, sessions, tenants and variables', async () => {
    gateway.switchTo('globex', 'core+analytics');
    const tokens = await Promise.all([
      gateway.issuer.token('acme'),
      gateway.issuer.token('acme', { subject: 'user-2' }),
      gateway.issuer.token('acme', { session: 'session-2' }),
      gateway.issuer.token('globex'),
    ]);
    expect(await callsOf(() => Promise.all(tokens.map((token) => ask(gateway, question, token))))).toBe(4);
    const withVariable = (ms: number) => ask(gateway, `query { slow(ms: ${ms}) tenant { analytics } }`, tokens[0]);
    expect(await callsOf(() => Promise.all([withVariable(150), withVariable(151)]))).toBe(2);
  });

  it('that come after a mutation see what it wrote', async () => {
    const token = await gateway.issuer.token('acme');
    const calls = await callsOf(async () => {
      const before = ask(gateway, question, token);
      await pause(30);
      await ask(gateway, 'mutation { rename(name: "x") }', token);
      await Promise.all([before, ask(gateway, question, token)]);
    });
    expect(calls).toBe(2);
  });

  it('are each by themselves where that is configured', async () => {
    await using own = await startGateway({ settings: { shareQueries: false } });
    own.switchTo('acme', 'core+analytics');
    const token = await own.issuer.token('acme');
    await Promise.all(Array.from({ length: 3 }, () => ask(own, question, token)));
    expect(own.pluginRequests).toHaveLength(3);
  });
});

describe('clients that leave', () => {
  const aRun = () => {
    const ended: string[] = [];
    const run = (signal: CallSignal | undefined) =>
      new Promise<object>((resolve) => {
        signal?.addEventListener('abort', () => {
          ended.push('given up');
          resolve({});
        });
        setTimeout(() => resolve({ data: {} }), 50);
      });
    return { ended, run };
  };
  const asked = (signal: AbortSignal) => ({ key: 'k', tenant: undefined, signal });

  it('take nothing from those who stay', async () => {
    const executions = createSharedExecutions<object>();
    const { ended, run } = aRun();
    const [leaving, staying] = [new AbortController(), new AbortController()];
    const answers = [leaving, staying].map(({ signal }) => executions.run(asked(signal), run));
    leaving.abort();
    expect(await answers[1]).toEqual({ data: {} });
    expect(ended).toEqual([]);
  });

  it('end what nobody waits for any more, and who comes then asks anew', async () => {
    const executions = createSharedExecutions<object>();
    const { ended, run } = aRun();
    const clients = [new AbortController(), new AbortController()];
    for (const { signal } of clients) void executions.run(asked(signal), run);
    for (const client of clients) client.abort();
    expect(ended).toEqual(['given up']);
    expect(await executions.run(asked(new AbortController().signal), run)).toEqual({ data: {} });
  });
});
