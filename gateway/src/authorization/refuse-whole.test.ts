import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway({ settings: { unauthorizedFields: 'refuse' } });
  gateway.switchTo('acme', 'core+analytics');
  token = await gateway.issuer.token('acme');
});
afterAll(() => gateway[Symbol.asyncDispose]());

const asUser = (query: string, variables?: object) => ask(gateway, query, token, {}, variables);

describe('refusing whole operations', () => {
  it('runs nothing of one that asks for a field its caller may not see, and names it', async () => {
    const before = gateway.pluginRequests.length;
    const { status, data, codes, text } = await asUser('{ analyticsCaller me { id pay: salary } }');
    expect([status, data, codes]).toEqual([403, undefined, ['FORBIDDEN']]);
    expect(text).toContain('me.pay');
    expect(gateway.pluginRequests.length).toBe(before);
    expect((await asUser('{ analyticsCaller me { id } }')).codes).toEqual([]);
  });

  it('says 401 to callers without a token, who still have the public fields', async () => {
    const refused = await ask(gateway, '{ tenantSignIn(slug: "acme") me { id } }');
    expect([refused.status, refused.data, refused.codes]).toEqual([401, undefined, ['UNAUTHENTICATED']]);
    expect((await ask(gateway, '{ tenantSignIn(slug: "acme") }')).data).toEqual({ tenantSignIn: 'sign in to acme' });
  });

  it('runs no part of a mutation', async () => {
    const { data, codes } = await asUser('mutation { login(slug: "y") rename(name: "x") }');
    expect([data, codes]).toEqual([undefined, ['FORBIDDEN']]);
  });

  it('minds conditions and their variables: what is left out is not asked for', async () => {
    const query = 'query ($pay: Boolean = false) { me { id ... @include(if: $pay) { salary } } }';
    expect((await asUser(query)).data).toEqual({ me: { id: 'user-1' } });
    expect((await asUser(query, { pay: true })).codes).toEqual(['FORBIDDEN']);
    expect((await asUser('{ me { id ...F @skip(if: true) } } fragment F on User { salary }')).codes).toEqual([]);
  });

  it('judges each caller of the same text by themselves', async () => {
    gateway.directory.setUser('payer', { permissions: ['pay.read'] });
    const payer = await gateway.issuer.token('acme', { subject: 'payer' });
    const query = '{ me { salary } }';
    for (const _ of [1, 2]) {
      expect((await asUser(query)).codes).toEqual(['FORBIDDEN']);
      expect((await ask(gateway, query, payer)).data).toEqual({ me: { salary: 100 } });
    }
  });

  it.each(['ws', 'sse'] as const)('holds for streams over %s, and ends those whose field is taken away', async (transport) => {
    const subject = `ticker-${transport}`;
    gateway.directory.setUser(subject, { permissions: ['ticks.read'] });
    const open = async (as: string) =>
      watch(transport, gateway, 'subscription { guardedTicks }', {
        authorization: `Bearer ${await gateway.issuer.token('acme', { subject: as })}`,
      });
    const refused = await open('user-1');
    await until(() => refused.results.length > 0);
    expect(JSON.stringify(refused.results)).toContain('FORBIDDEN');
    expect(JSON.stringify(refused.results)).not.toContain('guardedTicks":1');

    const running = await open(subject);
    await until(() => running.results.length > 0);
    gateway.directory.setUser(subject, { permissions: [] });
    await until(() => JSON.stringify(running.results).includes('FORBIDDEN'));
    running.stop();
  });
});
