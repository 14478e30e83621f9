import { withSessions } from '@plexica/foundation';
import { buildSubgraphServer, createTokenVerifier, internalTokenHeader } from '@plexica/plugin-kit';
import { createLocalJWKSet } from 'jose';
import { describe, expect, it } from 'vitest';
import { aSocket, ask, until, watch } from '../test/a-client.ts';
import { aKeyPair, startGateway } from '../test/a-gateway.ts';
import { aCore } from '../test/subgraphs.ts';

describe('a core that runs as a process of its own', () => {
  it('answers the gateway by a token of its own, and nobody else', async () => {
    const keys = await aKeyPair();
    const jwks = (await keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0];
    const verifier = createTokenVerifier({ audience: 'home', keys: createLocalJWKSet(jwks) });
    const service = await buildSubgraphServer({ subgraph: aCore(), verifier });
    const address = await service.listen({ host: '127.0.0.1', port: 0 });
    await using gateway = await startGateway({ keys, core: [{ name: 'home', url: `${address}/graphql` }] });
    const token = await gateway.issuer.token('acme');

    const answer = await ask(gateway, '{ me { id email } tenant { slug } }', token);
    const stream = watch('ws', gateway, 'subscription { ticks { count } }', { authorization: `Bearer ${token}` });
    await until(() => stream.results.length > 2);
    stream.stop();
    const direct = await ask({ url: address }, '{ me { id } }', token);

    expect(answer.data).toEqual({ me: { id: 'user-1', email: 'user-1@acme.test' }, tenant: { slug: 'acme' } });
    expect(stream.results[0]).toEqual({ data: { ticks: { count: 1 } } });
    expect([direct.status, direct.codes]).toEqual([401, ['UNAUTHENTICATED']]);
    await service.close();
    expect((await ask(gateway, '{ me { id } }', token)).codes).toEqual(['SERVICE_UNAVAILABLE']);
  });
});

describe('an internal token of a session that has ended', () => {
  it('counts for nothing at a part of the core, by request and by WebSocket, also where one is open', async () => {
    const keys = await aKeyPair();
    const jwks = (await keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0];
    const counts = { now: async () => true };
    const verifier = withSessions(createTokenVerifier({ audience: 'home', keys: createLocalJWKSet(jwks) }), () => counts.now());
    const service = await buildSubgraphServer({ subgraph: aCore(), verifier });
    const address = await service.listen({ host: '127.0.0.1', port: 0 });
    const internal = {
      [internalTokenHeader]: await keys.sign({ sub: 'user-1', session: 'one' }, { audience: 'home', expiresInSeconds: 60 }),
    };
    const byRequest = async () => (await ask({ url: address }, '{ me { id } }', undefined, internal)).status;
    const renew = { type: 'ping', payload: internal };
    expect(await byRequest()).toBe(200);
    const { say, heard, closed } = await aSocket({ url: address }, internal);

    counts.now = () => Promise.reject(new Error('nobody can tell'));
    say(renew);
    await until(() => heard.some(({ type }) => type === 'pong'));
    counts.now = async () => false;
    say(renew);

    expect(await closed).toMatchObject({ code: 4401 });
    expect(await byRequest()).toBe(401);
    await expect(aSocket({ url: address }, internal, 500)).rejects.toThrow();
    await service.close();
  });
});

describe('a part of the core that takes too long', () => {
  it.each(['in this process', 'in a process of its own'])(
    'is not waited for without end, %s, and not cut off as soon as a plugin',
    async (where) => {
      const keys = await aKeyPair();
      const jwks = (await keys.jwks()) as unknown as Parameters<typeof createLocalJWKSet>[0];
      const verifier = createTokenVerifier({ audience: 'home', keys: createLocalJWKSet(jwks) });
      const service = await buildSubgraphServer({ subgraph: aCore(), verifier });
      const address = await service.listen({ host: '127.0.0.1', port: 0 });
      const core = where === 'in this process' ? [aCore()] : [{ name: 'home', url: `${address}/graphql` }];
      await using gateway = await startGateway({ keys, core, timing: { plugin: 100, core: 1_500 } });
      const token = await gateway.issuer.token('acme');

      expect((await ask(gateway, '{ slow(ms: 300) }', token)).data).toEqual({ slow: 'done' });
      const { data, codes } = await ask(gateway, '{ slow(ms: 8000) me { id } }', token);

      expect([data, codes]).toEqual([{ slow: null, me: null }, ['SERVICE_UNAVAILABLE']]);
      service.server.closeAllConnections();
      await service.close();
    },
  );
});
