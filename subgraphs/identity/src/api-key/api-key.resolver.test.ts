import { createHash } from 'node:crypto';
import { AuditEntry } from '@plexica/foundation/database';
import { anonymous, type Claims } from '@plexica/plugin-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity } from '../../test/an-identity.ts';
import { createSessions } from '../session/sessions.ts';
import { ApiKeyEntity } from './api-key.entity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
type Person = Awaited<ReturnType<typeof world.signIn>>;
let admin: Person;
let user: Person;
beforeAll(async () => {
  world = await anIdentity();
  admin = await world.signIn(world.acme);
  user = await world.signIn(world.acme, 'user');
});
afterAll(() => world[Symbol.asyncDispose]());

const createMutation = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { apiKey { id name hint permissions expiresAt lastUsedAt user { email } } secret userErrors { code path } }
}`;
const revokeMutation = 'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id revokedAt } userErrors { code } } }';
const listQuery =
  'query ($filter: ApiKeyFilter) { apiKeys(filter: $filter) { edges { node { id name lastUsedAt } } pageInfo { hasNextPage } } }';

const create = async (by: Person, permissions: readonly string[], more: object = {}) => {
  const { data, codes } = await by.ask(createMutation, { input: { name: 'Nightly export', permissions, ...more } });
  return { ...data?.createApiKey, codes };
};
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const principalOf = (secret: string, realm = 'acme-corp') => world.principals.apiKey(realm, hashOf(secret));
const claimsOf = async (secret: string): Promise<Claims> => {
  const record = await principalOf(secret);
  if (!record) return anonymous;
  const { user: owner, session, permissions } = record;
  return { ...anonymous, user: owner, session, permissions, tenant: { id: world.acme.id, slug: 'acme-corp' } };
};

describe('making an API key', () => {
  it('shows the secret once, and keeps its hash alone', async () => {
    const { apiKey, secret, userErrors } = await create(user, ['users.read']);

    expect(userErrors).toEqual([]);
    expect(secret).toMatch(/^plx_acme-corp_[\w-]{43}$/);
    expect(apiKey).toMatchObject({
      name: 'Nightly export',
      permissions: ['users.read'],
      lastUsedAt: null,
      user: { email: 'user@acme-corp.test' },
    });
    expect(apiKey.hint).toBe(`…${secret.slice(-4)}`);
    const kept = await world.database.tenant(world.acme.id, async (em) => ({
      row: await em.findOneOrFail(ApiKeyEntity, { id: apiKey.id }),
      entries: await em.find(AuditEntry, { action: 'api-key.create', targetId: apiKey.id }),
    }));
    expect(kept.row.secretHash).toBe(hashOf(secret));
    expect(kept.entries).toMatchObject([{ actorEmail: 'user@acme-corp.test', after: { permissions: ['users.read'] } }]);
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it('gives it no more than its maker holds', async () => {
    expect((await create(user, ['users.read', 'users.write'])).codes).toEqual(['FORBIDDEN']);
    expect((await create(user, ['users.*'])).codes).toEqual(['FORBIDDEN']);
    expect((await create(user, ['*'])).codes).toEqual(['FORBIDDEN']);
    expect((await create(user, ['no.such'])).userErrors).toEqual([{ code: 'PERMISSION_UNKNOWN', path: ['input', 'permissions'] }]);
    expect((await create(admin, ['users.*', 'audit.read'])).apiKey.permissions).toEqual(['audit.read', 'users.*']);
  });

  it('knows plugins.publish on the platform alone', async () => {
    expect((await create(admin, ['plugins.publish'])).userErrors).toMatchObject([{ code: 'PERMISSION_UNKNOWN' }]);
  });

  it('is for people: a key makes no keys and ends no sign-in', async () => {
    const { secret } = await create(admin, ['*']);
    const claims = await claimsOf(secret);
    expect((await world.ask(claims, createMutation, { input: { name: 'Child', permissions: [] } })).codes).toEqual(['FORBIDDEN']);
    expect((await world.ask(claims, 'mutation { logout { userErrors { code } } }')).codes).toEqual(['FORBIDDEN']);
  });

  it.each([
    ['no name', { name: ' ' }],
    ['a name too long', { name: 'x'.repeat(61) }],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
  ])('refuses %s', async (_, input) => {
    expect((await create(user, [], input)).userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  it('stops at fifty that count', async () => {
    const guest = await world.signIn(world.acme, 'guest');
    for (let made = 0; made < 50; made += 1) expect((await create(guest, [])).userErrors).toEqual([]);
    const over = await create(guest, []);
    expect([over.apiKey, over.secret, over.userErrors]).toEqual([null, null, [{ code: 'API_KEY_LIMIT_REACHED', path: null }]]);
  });
});

describe('using an API key', () => {
  it('resolves to its owner, with no role, and tells when it was used', async () => {
    const { secret, apiKey } = await create(user, ['users.read']);
    expect(await principalOf(secret)).toMatchObject({
      user: { id: user.id },
      session: `key.${apiKey.id}`,
      permissions: ['users.read'],
      expiresAt: null,
    });
    const { data } = await user.ask(listQuery);
    const listed = data.apiKeys.edges.find(({ node }: { node: { id: string } }) => node.id === apiKey.id);
    expect(Date.now() - Date.parse(listed.node.lastUsedAt)).toBeLessThan(60_000);
  });

  it('is of its own realm alone', async () => {
    const { secret } = await create(user, ['users.read']);
    expect(await principalOf(secret, 'globex-inc')).toBeUndefined();
    expect(await principalOf(secret, 'nowhere')).toBeUndefined();
    expect(await principalOf(`${secret.slice(0, -1)}!`)).toBeUndefined();
  });

  it('loses what its owner loses, and all with an owner who is disabled', async () => {
    const { data } = await admin.ask('{ roles { edges { node { id name } } } }');
    const roleId = data.roles.edges.find(({ node }: { node: { name: string } }) => node.name === 'guest').node.id;
    const input = { email: 'temp@acme-corp.test', displayName: 'Temp', password: 'correct horse battery', roleIds: [roleId] };
    const made = await admin.ask('mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }', { input });
    const { id } = made.data.createUser.user;
    const { secret } = await create(await world.signIn(world.acme, 'temp@acme-corp.test'), ['users.read']);
    expect((await principalOf(secret))?.permissions).toEqual(['users.read']);

    await admin.ask(`mutation { revokeRole(input: { userId: "${id}", roleId: "${roleId}" }) { userErrors { code } } }`);
    expect((await principalOf(secret))?.permissions).toEqual([]);
    await admin.ask(`mutation { disableUser(input: { id: "${id}" }) { userErrors { code } } }`);
    expect(await principalOf(secret)).toBeUndefined();
  });

  it('ends when it runs out', async () => {
    const { secret } = await create(user, [], { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await principalOf(secret)).toBeDefined();
    world.setClock(() => new Date(Date.now() + 61_000));
    expect(await principalOf(secret)).toBeUndefined();
    world.setClock(() => new Date());
  });
});

describe('revoking an API key', () => {
  const count = (id: string) => createSessions(world.deps).count({ tenantSlug: 'acme-corp', userId: user.id, session: `key.${id}` });

  it('ends it for good, tells the gateways, and is told to the parts of the core', async () => {
    const { secret, apiKey } = await create(user, ['users.read']);
    expect(await count(apiKey.id)).toBe(true);
    const { data } = await user.ask(revokeMutation, { id: apiKey.id });
    expect(data.revokeApiKey.userErrors).toEqual([]);
    expect(await principalOf(secret)).toBeUndefined();
    expect(await count(apiKey.id)).toBe(false);
    expect(world.notices).toContainEqual({ kind: 'session', realm: 'acme-corp', session: `key.${apiKey.id}` });
    expect((await user.ask(revokeMutation, { id: apiKey.id })).data.revokeApiKey.apiKey.revokedAt).toBe(data.revokeApiKey.apiKey.revokedAt);
  });

  it('of somebody else needs users.write, and of another tenant finds nothing', async () => {
    const { apiKey, secret } = await create(admin, ['users.read']);
    expect((await user.ask(revokeMutation, { id: apiKey.id })).codes).toEqual(['FORBIDDEN']);
    const stranger = await world.signIn(world.globex);
    expect((await stranger.ask(revokeMutation, { id: apiKey.id })).data.revokeApiKey.userErrors).toEqual([{ code: 'API_KEY_NOT_FOUND' }]);
    expect(await principalOf(secret)).toBeDefined();
    const { apiKey: theirs } = await create(user, ['users.read']);
    expect((await admin.ask(revokeMutation, { id: theirs.id })).data.revokeApiKey.userErrors).toEqual([]);
  });
});

describe('listing API keys', () => {
  it('shows one’s own that count, and others’ to who may see users', async () => {
    const { apiKey } = await create(admin, [], { name: 'Of the admin' });
    const ids = async (by: Person, filter?: object) => {
      const { data, codes } = await by.ask(listQuery, { filter });
      return codes ?? data.apiKeys.edges.map(({ node }: { node: { id: string } }) => node.id);
    };
    expect(await ids(user)).not.toContain(apiKey.id);
    expect(await ids(admin)).toContain(apiKey.id);
    expect(await ids(user, { everybody: true })).toContain(apiKey.id);
    expect(await ids(user, { userId: admin.id })).toContain(apiKey.id);
    await admin.ask(revokeMutation, { id: apiKey.id });
    expect(await ids(admin)).not.toContain(apiKey.id);
    expect(await ids(admin, { ended: true })).toContain(apiKey.id);
    const claims = { ...(await user.claims()), permissions: [] };
    expect((await world.ask(claims, listQuery, { filter: { everybody: true } })).codes).toEqual(['FORBIDDEN']);
  });
});
