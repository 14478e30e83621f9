import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSocket, send, until } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let authorization: string;
beforeAll(async () => {
  gateway = await startGateway();
  authorization = `Bearer ${await gateway.issuer.token('acme')}`;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const hashed = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } });
const post = (body: object) => send(gateway, JSON.stringify(body), { authorization });

describe('an automatic persisted query', () => {
  it('is not found, then sent with its text, then found by its hash alone, by POST and GET', async () => {
    const query = '{ me { id email } }';
    const extensions = hashed(query);

    const unknown = await post({ extensions });
    const taught = await post({ query, extensions });
    const known = await post({ extensions });
    const got = await send(
      gateway,
      undefined,
      { authorization, 'apollo-require-preflight': '1' },
      `/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`,
    );

    expect([unknown.status, unknown.codes]).toEqual([200, ['PERSISTED_QUERY_NOT_FOUND']]);
    expect(taught.data.me.id).toBe('user-1');
    expect(known.text).toBe(taught.text);
    expect(got.text).toBe(taught.text);
  });

  it('is refused under a hash that is not its own', async () => {
    const { codes } = await post({ query: '{ me { id } }', extensions: hashed('{ users { id } }') });
    expect(codes).toEqual(['BAD_USER_INPUT']);
  });

  it('is found over server-sent events as well, and is subject to the same rights', async () => {
    const query = 'subscription { guardedTicks }';
    await post({ query, extensions: hashed(query) });
    const { text } = await send(gateway, JSON.stringify({ extensions: hashed(query) }), { authorization, accept: 'text/event-stream' });
    expect(text).toContain('FORBIDDEN');
    const { text: missing } = await send(gateway, JSON.stringify({ extensions: hashed('subscription { other }') }), {
      authorization,
      accept: 'text/event-stream',
    });
    expect(missing).toContain('PERSISTED_QUERY_NOT_FOUND');
  });

  it('is taught by its text over server-sent events, too, under its own hash alone', async () => {
    const events = (body: object) => send(gateway, JSON.stringify(body), { authorization, accept: 'text/event-stream' });
    const query = '{ me { email id } }';

    const taught = await events({ query, extensions: hashed(query) });

    expect(taught.text).toContain('"id":"user-1"');
    expect((await events({ extensions: hashed(query) })).text).toBe(taught.text);
    expect((await post({ extensions: hashed(query) })).data.me.id).toBe('user-1');
    expect((await events({ query: '{ me { id } }', extensions: hashed(query) })).text).toContain('BAD_USER_INPUT');
    const invalid = '{ nothing }';
    await events({ query: invalid, extensions: hashed(invalid) });
    expect((await events({ extensions: hashed(invalid) })).text).toContain('PERSISTED_QUERY_NOT_FOUND');
  });

  it('is taught and found over a WebSocket, too, whose messages have an empty text then', async () => {
    const { say, heard } = await aSocket(gateway, { authorization });
    const overSocket = async (id: string, payload: object) => {
      say({ type: 'subscribe', id, payload });
      await until(() => heard.some((message) => message.id === id && message.type !== 'complete'));
      return JSON.stringify(heard.find((message) => message.id === id)?.payload);
    };
    const query = '{ me { id email __typename } }';
    const extensions = hashed(query);

    expect(await overSocket('1', { query: '', extensions })).toContain('PERSISTED_QUERY_NOT_FOUND');
    const taught = await overSocket('2', { query, extensions });
    expect(taught).toContain('"id":"user-1"');
    expect(await overSocket('3', { query: '', extensions })).toBe(taught);
    expect((await post({ extensions })).data.me.id).toBe('user-1');
  });

  it.each([undefined, 'text/event-stream'])('is refused in another version than ours: %s', async (accept) => {
    const query = '{ me { id } }';
    const extensions = { persistedQuery: { ...hashed(query).persistedQuery, version: 2 } };
    for (const body of [{ extensions }, { query, extensions }]) {
      const { text } = await send(gateway, JSON.stringify(body), { authorization, accept });
      expect(text).toContain('{"errors":[{"message":"Unsupported persisted query version","extensions":{"code":"BAD_USER_INPUT"}}]}');
    }
  });

  it('is run and not kept where its text is long', async () => {
    const query = `{ me { id } } # ${'x'.repeat(30_000)}`;
    expect((await post({ query, extensions: hashed(query) })).data.me.id).toBe('user-1');
    expect((await post({ extensions: hashed(query) })).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it.each([undefined, 'text/event-stream'])(
    'is run and not kept once its sender, or all without a token, have filled their hour: %s',
    async (accept) => {
      await using own = await startGateway({ rateLimits: { textsPerCaller: 100, textsPerTenant: 150 } });
      const text = (name: string, length: number) => `query ${name} { tenantSignIn(slug: "a") } `.padEnd(length, '#');
      const from = async (sender: string | undefined, query: string) => {
        const authorization = sender && `Bearer ${await own.issuer.token('acme', { subject: sender })}`;
        const asked = (body: object) => send(own, JSON.stringify(body), { authorization, accept });
        const sent = await asked({ query, extensions: hashed(query) });
        expect(sent.text).toContain('sign in to a');
        return !(await asked({ extensions: hashed(query) })).text.includes('PERSISTED_QUERY_NOT_FOUND');
      };

      const kept = [
        await from('user-1', text('A', 60)),
        // Told again, it takes nothing.
        await from('user-1', text('A', 60)),
        await from('user-1', text('B', 60)),
        await from('root', text('C', 60)),
        await from('root', text('D', 40)),
        await from(undefined, text('E', 60)),
        await from(undefined, text('F', 60)),
      ];

      expect(kept).toEqual([true, true, false, true, false, true, false]);
    },
  );

  it('runs the caller’s own supergraph, whoever taught its text', async () => {
    const query = '{ tenant { analytics } }';
    const extensions = hashed(query);
    gateway.switchTo('globex', 'core+analytics');
    const globex = `Bearer ${await gateway.issuer.token('globex')}`;
    await send(gateway, JSON.stringify({ query, extensions }), { authorization: globex });

    expect((await send(gateway, JSON.stringify({ extensions }), { authorization: globex })).data).toEqual({ tenant: { analytics: 7 } });
    const { codes, text } = await post({ extensions });
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(text).not.toContain('7');
  });
});
