import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, send, uiToken, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';

let gateway: TestGateway;
let token: string;
const own = '{ me { id } }';
const other = '{ me { email } }';
const ofConsole = '{ me { id email } }';
const ticks = 'subscription { ticks { count } }';
const shop = { 'apollographql-client-name': 'shop' };
beforeAll(async () => {
  gateway = await startGateway({ builtInOperations: { console: { [hash('sha256', ofConsole)]: ofConsole } } });
  token = await gateway.issuer.token('acme');
  gateway.directory.register('acme', 'shop', [own, ticks]);
  gateway.directory.register('acme', 'kiosk', [other]);
  gateway.directory.setTenant('acme', { registeredOnly: true });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const byHash = (query: string, headers: object = shop) =>
  send(gateway, JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } } }), {
    authorization: `Bearer ${token}`,
    ...headers,
  });
const refused = [403, ['OPERATION_NOT_REGISTERED']];

describe('a tenant of registered operations only', () => {
  it('runs what its client registered, by text and by hash alone, by POST and by GET', async () => {
    expect((await ask(gateway, own, token, shop)).data).toEqual({ me: { id: 'user-1' } });
    expect((await byHash(own)).data).toEqual({ me: { id: 'user-1' } });
    const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash('sha256', own) } }));
    const got = await send(
      gateway,
      undefined,
      { ...shop, authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' },
      `/graphql?extensions=${extensions}`,
    );
    expect(got.data).toEqual({ me: { id: 'user-1' } });
  });

  it.each<[string, () => ReturnType<typeof ask>]>([
    ['another text', () => ask(gateway, other, token, shop)],
    ['the same with one more space', () => ask(gateway, `${own} `, token, shop)],
    ['what another client registered', () => byHash(other)],
    ['a client that is unknown', () => ask(gateway, own, token, { 'apollographql-client-name': 'nobody' })],
    ['a client called like something every object has', () => ask(gateway, own, token, { 'apollographql-client-name': 'constructor' })],
    ['no client', () => ask(gateway, own, token)],
    [
      'a hash that is empty',
      () =>
        send(gateway, JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: '' } } }), {
          ...shop,
          authorization: `Bearer ${token}`,
        }),
    ],
    ['introspection', () => ask(gateway, '{ __schema { types { name } } }', token, shop)],
    ['a text that doesn’t parse, before anybody parses it', () => ask(gateway, '{', token, shop)],
    [
      'a registered hash with another text',
      () =>
        send(gateway, JSON.stringify({ query: other, extensions: { persistedQuery: { version: 1, sha256Hash: hash('sha256', own) } } }), {
          ...shop,
          authorization: `Bearer ${token}`,
        }),
    ],
    [
      'another text by GET',
      () =>
        send(
          gateway,
          undefined,
          { ...shop, authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' },
          `/graphql?query=${encodeURIComponent(other)}`,
        ),
    ],
  ])('refuses %s', async (_, asking) => {
    const { status, codes } = await asking();
    expect([status, codes]).toEqual(refused);
  });

  it('runs what a client of the platform itself asks, by text and by hash, and nothing else of it', async () => {
    const itself = { 'apollographql-client-name': 'console' };
    expect((await ask(gateway, ofConsole, token, itself)).data).toEqual({ me: { id: 'user-1', email: expect.any(String) } });
    expect((await byHash(ofConsole, itself)).data).toEqual({ me: { id: 'user-1', email: expect.any(String) } });
    expect((await ask(gateway, other, token, itself)).codes).toEqual(['OPERATION_NOT_REGISTERED']);
    expect((await ask(gateway, ofConsole, token, shop)).codes).toEqual(['OPERATION_NOT_REGISTERED']);
  });

  it('does not take what another tenant’s client taught by hash', async () => {
    const query = '{ me { email id } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    const globex = await gateway.issuer.token('globex');
    await send(gateway, JSON.stringify({ query, extensions }), { authorization: `Bearer ${globex}` });
    expect((await byHash(query)).codes).toEqual(['OPERATION_NOT_REGISTERED']);
    expect((await ask(gateway, other, globex)).status).toBe(200);
  });

  it.each(['ws', 'sse'] as const)('holds over %s', async (transport) => {
    const open = (query: string) => watch(transport, gateway, query, { authorization: `Bearer ${token}`, clientName: 'shop' });
    const good = open(ticks);
    await until(() => good.results.length > 0);
    expect(good.results[0]).toEqual({ data: { ticks: { count: 1 } } });
    good.stop();
    const bad = open('subscription { ticks { count __typename } }');
    await until(() => bad.results.length > 0);
    expect(JSON.stringify(bad.results)).toContain('OPERATION_NOT_REGISTERED');
    bad.stop();
  });

  it('lets callers without a token reach the public fields, and who may change the mode ask anything', async () => {
    expect((await ask(gateway, '{ tenantSignIn(slug: "acme") }', undefined, { 'x-tenant-slug': 'acme' })).codes).toEqual([]);
    gateway.directory.setUser('boss', { permissions: ['settings.*'] });
    expect((await ask(gateway, other, await gateway.issuer.token('acme', { subject: 'boss' }))).codes).toEqual([]);
  });

  it('runs a new manifest at once', async () => {
    const late = '{ me { __typename } }';
    expect((await ask(gateway, late, token, shop)).codes).toEqual(['OPERATION_NOT_REGISTERED']);
    gateway.directory.register('acme', 'shop', [own, ticks, late]);
    expect((await ask(gateway, late, token, shop)).data).toEqual({ me: { __typename: 'User' } });
  });
});

describe('the UI of a plugin, in a tenant of registered operations only', () => {
  const asked = '{ me { id email __typename } }';
  const answer = { me: { id: 'user-1', email: 'user-1@acme.test', __typename: 'User' } };
  const notRegistered = ['OPERATION_NOT_REGISTERED'];

  it('asks what its version came with for as long as that is active, and nothing else', async () => {
    const plugins = gateway.directory;
    plugins.activate('acme', 'chart', [asked]);
    const chart = await uiToken(gateway, token, 'chart');
    expect((await ask(gateway, asked, chart)).data).toEqual(answer);
    expect((await byHash(asked, { authorization: `Bearer ${chart}` })).data).toEqual(answer);
    expect((await ask(gateway, own, chart)).codes).toEqual(notRegistered);
    for (const name of ['shop', 'console'])
      expect((await ask(gateway, name === 'shop' ? own : ofConsole, chart, { 'apollographql-client-name': name })).codes).toEqual(
        notRegistered,
      );

    plugins.activate('acme', 'chart', [own]);
    expect((await ask(gateway, asked, chart)).codes).toEqual(notRegistered);
    expect((await ask(gateway, own, chart)).codes).toEqual([]);

    plugins.setTenant('acme', { plugins: {} });
    expect((await ask(gateway, own, chart)).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('is the only one to ask it', async () => {
    gateway.directory.activate('acme', 'chart', [asked]);
    gateway.directory.activate('acme', 'map', [own]);
    expect((await ask(gateway, asked, await uiToken(gateway, token, 'map'))).codes).toEqual(notRegistered);
    for (const name of ['plexica-plugin/chart', 'chart', 'console', 'shop'])
      expect((await ask(gateway, asked, token, { 'apollographql-client-name': name })).codes).toEqual(notRegistered);
  });

  it('is held to it for users who may ask anything, too', async () => {
    gateway.directory.activate('acme', 'chart', [asked], ['settings.write']);
    gateway.directory.setUser('boss', { permissions: ['settings.*'] });
    const boss = await uiToken(gateway, await gateway.issuer.token('acme', { subject: 'boss' }), 'chart');
    expect((await ask(gateway, other, boss)).codes).toEqual(notRegistered);
    expect((await ask(gateway, asked, boss)).codes).toEqual([]);
  });

  it('may be given more by the tenant’s admin', async () => {
    gateway.directory.activate('acme', 'chart', [asked]);
    gateway.directory.register('acme', 'plexica-plugin/chart', [other]);
    const chart = await uiToken(gateway, token, 'chart');
    expect((await ask(gateway, other, chart)).codes).toEqual([]);
    expect((await ask(gateway, asked, chart)).codes).toEqual([]);
  });
});

describe('any other tenant', () => {
  it('finds registered operations by hash, and runs the rest as ever', async () => {
    const query = '{ tenant { slug } }';
    gateway.directory.register('globex', 'shop', [query]);
    const authorization = `Bearer ${await gateway.issuer.token('globex')}`;
    expect((await byHash(query, { ...shop, authorization })).data).toEqual({ tenant: { slug: 'globex' } });
    expect((await byHash('{ me { displayName } }', { ...shop, authorization })).codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect((await ask(gateway, other, undefined, { ...shop, authorization })).codes).toEqual([]);
  });
});
