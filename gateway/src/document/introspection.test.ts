import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSubgraph } from '../execute/test/composed.ts';
import { ask, send, until, watch } from '../test/a-client.ts';
import { startGateway, type TestGateway } from '../test/a-gateway.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';

const schema = '{ __schema { types { name fields { name } } } }';
const asking = [
  schema,
  '{ __type(name: "User") { name } }',
  '{ me { id } hidden: __type(name: "User") { name } }',
  '{ ...F } fragment F on Query { ... on Query { __schema { queryType { name } } } }',
  'query A { __schema { queryType { name } } }',
  '{ tenant { told: sdl } }',
  '{ me { id } ...T } fragment T on Query { tenant { ... on Tenant { sdl } } }',
];
const misspelt = '{ tenan { slug } }';

const who = async (gateway: TestGateway) => {
  gateway.directory.setUser('reader', { permissions: ['settings.read'] });
  gateway.switchTo('acme', 'core+analytics');
  return {
    user: await gateway.issuer.token('acme'),
    reader: await gateway.issuer.token('acme', { subject: 'reader' }),
    platform: await gateway.issuer.token('plexica', { subject: 'root' }),
    stranger: await gateway.issuer.token('globex'),
  };
};

describe('looking at the schema, unless configured', () => {
  let gateway: TestGateway;
  let tokens: Awaited<ReturnType<typeof who>>;
  beforeAll(async () => {
    gateway = await startGateway();
    tokens = await who(gateway);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  it('shows whoever is signed in their own set, and no other', async () => {
    const seen = async (token: string) => (await ask(gateway, schema, token)).text;
    expect(await seen(tokens.user)).toContain('analyticsCaller');
    expect(await seen(tokens.user)).not.toContain('tenants');
    expect(await seen(tokens.stranger)).not.toContain('analyticsCaller');
    expect(await seen(tokens.platform)).toContain('tenants');
    expect(await seen(tokens.platform)).not.toContain('analyticsCaller');
  });

  it.each(asking)('is not for callers without a token: %s', async (text) => {
    const { codes, data } = await ask(gateway, text);
    expect([codes, data]).toEqual([['UNAUTHENTICATED'], undefined]);
    expect((await ask(gateway, text, undefined, { 'x-tenant-slug': 'acme' })).codes).toEqual(['UNAUTHENTICATED']);
    expect((await ask(gateway, text, undefined, { 'x-tenant-slug': 'nowhere' })).codes).toEqual(['TENANT_NOT_FOUND']);
  });

  it('leaves __typename to everybody', async () => {
    expect((await ask(gateway, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  });
});

describe('looking at the schema where it is off', () => {
  let gateway: TestGateway;
  let tokens: Awaited<ReturnType<typeof who>>;
  beforeAll(async () => {
    gateway = await startGateway({ settings: { introspection: { anonymous: 'off', tenant: 'off', platform: 'on' } } });
    tokens = await who(gateway);
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  it.each(asking)('is refused: %s', async (text) => {
    const { codes, data, status } = await ask(gateway, text, tokens.user);
    expect([codes, data, status]).toEqual([['FORBIDDEN'], undefined, 403]);
    expect((await ask(gateway, text, tokens.platform)).codes).toEqual([]);
  });

  it.each([
    ['ws', schema],
    ['sse', schema],
    ['ws', 'subscription { ticks { tenant { sdl } } }'],
    ['sse', 'subscription { ticks { tenant { sdl } } }'],
  ] as const)('is refused over %s: %s', async (transport, text) => {
    const stream = watch(transport, gateway, text, { authorization: `Bearer ${tokens.user}` });
    await until(() => stream.results.length > 0);
    expect(JSON.stringify(stream.results)).toContain('FORBIDDEN');
    stream.stop();
  });

  it('is not helped by suggestions', async () => {
    expect((await ask(gateway, misspelt, tokens.user)).text).not.toContain('Did you mean');
    expect((await ask(gateway, misspelt, tokens.platform)).text).toContain('Did you mean');
  });

  it('is not helped by suggestions for the values of variables, either', async () => {
    await using own = await startGateway({ settings: { introspection: { anonymous: 'off', tenant: 'off', platform: 'off' } } });
    const crm = aSubgraph('crm', {
      federation: false,
      typeDefs: `enum CrmKind { ACTIVE } input CrmInput { secret: Int }
        type Query { crmDeals(kind: CrmKind, input: CrmInput): Int } type Subscription { crmTicks(kind: CrmKind): Int }`,
      resolvers: {},
    });
    own.directory.addSet({ hash: 'core+crm', audience: 'tenant', sdl: composeSet([aCore(), crm]), subgraphs: ['home', 'crm'] });
    own.directory.setTenant('acme', { supergraph: 'core+crm' });
    const told = async (query: string, variables: object) =>
      (await send(own, JSON.stringify({ query, variables }), { 'x-tenant-slug': 'acme', accept: 'application/json, text/event-stream' }))
        .text;

    const texts = [
      await told('query ($kind: CrmKind) { crmDeals(kind: $kind) }', { kind: 'ACTIV' }),
      await told('query ($input: CrmInput) { crmDeals(input: $input) }', { input: { secre: 1 } }),
      await told('subscription ($kind: CrmKind) { crmTicks(kind: $kind) }', { kind: 'ACTIV' }),
    ];

    for (const text of texts) expect(text).toContain('BAD_USER_INPUT');
    expect(texts.join()).not.toMatch(/Did you mean|ACTIVE|secret/);
  });

  it('leaves everything else alone', async () => {
    expect((await ask(gateway, '{ me { __typename id } }', tokens.user)).data).toEqual({ me: { __typename: 'User', id: 'user-1' } });
    expect((await ask(gateway, '{ tenant { name sdl: slug } }', tokens.user)).data).toEqual({ tenant: { name: 'acme', sdl: 'acme' } });
  });
});

describe('looking at the schema by permission', () => {
  it('asks for it of each audience, also of API keys, and on from the next request', async () => {
    await using gateway = await startGateway({
      settings: { introspection: { anonymous: 'on', tenant: 'settings.read', platform: 'tenants.read' } },
    });
    const { user, reader, platform } = await who(gateway);
    const codes = async (token?: string) => (await ask(gateway, schema, token)).codes;
    expect([await codes(user), await codes(reader), await codes(platform), await codes()]).toEqual([['FORBIDDEN'], [], [], []]);

    const key = `plx_acme_${'k'.repeat(43)}`;
    gateway.directory.setKey('acme', key, { permissions: ['users.read'] });
    expect(await codes(key)).toEqual(['FORBIDDEN']);
    gateway.directory.setKey('acme', key, { permissions: ['settings.read'] });
    expect(await codes(key)).toEqual([]);
    gateway.directory.setUser('reader', { permissions: [] });
    expect(await codes(reader)).toEqual(['FORBIDDEN']);
  });

  it('shows callers without a token the set that serves them, never one they can’t be told about', async () => {
    await using gateway = await startGateway({ settings: { introspection: { anonymous: 'on', tenant: 'on', platform: 'on' } } });
    gateway.switchTo('acme', 'core+analytics');
    const seen = (slug?: string) => ask(gateway, schema, undefined, { 'x-tenant-slug': slug });
    expect((await seen()).text).not.toMatch(/analyticsCaller|"tenants"/);
    expect((await seen('acme')).text).toContain('analyticsCaller');
    gateway.directory.setTenant('acme', { status: 'SUSPENDED' });
    expect([(await seen('acme')).codes, (await seen('nowhere')).codes]).toEqual([['TENANT_NOT_FOUND'], ['TENANT_NOT_FOUND']]);
    expect((await ask(gateway, misspelt)).text).toContain('Did you mean');
  });
});
