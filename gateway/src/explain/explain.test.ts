import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ maxCost: 999 });
  gateway.directory.setUser('boss', { roles: ['admin'], permissions: ['*'] });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const asking = async (query: string, explain: unknown, subject?: string) => {
  const token = await gateway.issuer.token('acme', subject ? { subject } : {});
  const { text } = await send(gateway, JSON.stringify({ query, extensions: { explain } }), { authorization: `Bearer ${token}` });
  return JSON.parse(text);
};

describe('a request that asks to be explained', () => {
  it('tells an admin cost, timing and plan', async () => {
    const { data, extensions } = await asking('{ me { friend { id } } users { id } }', ['cost', 'timing', 'plan'], 'boss');

    expect(data.me.friend.id).toBe('friend-of-boss');
    expect(extensions.cost).toEqual({ estimated: 12, actual: 3, limit: 999, subgraphs: { home: { estimated: 12, actual: 3 } } });
    expect(extensions.plan).toContain('Fetch(service: "home")');
    expect(extensions.timing.subgraphs).toMatchObject([{ subgraph: 'home', failed: false }]);
    expect(extensions.timing.totalMs).toBeGreaterThanOrEqual(extensions.timing.planMs);
  });

  it('tells any user the cost, and nothing of how it runs', async () => {
    expect(Object.keys((await asking('{ me { id } }', ['plan', 'timing', 'cost'])).extensions)).toEqual(['cost']);
  });

  it('tells nothing to whoever is not signed in, or asks for nothing that is known', async () => {
    const { text } = await send(gateway, JSON.stringify({ query: '{ __typename }', extensions: { explain: ['cost', 'plan'] } }));
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query' } });
    for (const explain of ['cost', ['other'], null, 7])
      expect(await asking('{ me { id } }', explain, 'boss')).not.toHaveProperty('extensions');
  });
});

describe('the cost of an operation', () => {
  it('is limited, by an estimate made before anything runs', async () => {
    const token = await gateway.issuer.token('acme');
    const users = Array.from({ length: 20 }, (_, index) => `a${index}: users { friend { friend { friend { friend { id } } } } }`);
    const query = `{ ${users.join(' ')} }`;

    const { codes, text, status } = await ask(gateway, query, token);

    expect([status, codes]).toEqual([200, ['COST_EXCEEDED']]);
    expect(JSON.parse(text).errors[0].message).toBe('The operation is estimated to cost 1000; at most 999 is allowed.');
  });
});
