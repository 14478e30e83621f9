import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity, loginMutation, password } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
beforeAll(async () => {
  world = await anIdentity();
});
afterAll(() => world[Symbol.asyncDispose]());

const login = (tenantSlug: string, username: string, secret = password, claims = {}) =>
  world.ask({ ...anonymousClaims, ...claims }, loginMutation, { input: { tenantSlug, username, password: secret } });
const anonymousClaims = { tenant: null, user: null, session: null, roles: [], permissions: [], configurationVersion: 0, added: {} };
const refreshMutation =
  'mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { session { accessToken refreshToken user { email } } userErrors { code } } }';

describe('logging in', () => {
  it('answers the tokens and the user, and counts as one sign-in', async () => {
    const before = (await world.eventsOf(world.acme, 'user.signed-in')).length;

    const { data } = await login('acme-corp', 'User@ACME-corp.test');

    expect(data.login).toMatchObject({ session: { expiresIn: 300, user: { email: 'user@acme-corp.test' } }, userErrors: [] });
    const { iss, sid } = decodeJwt(data.login.session.accessToken);
    expect(iss).toBe('http://localhost:4000/realms/acme-corp');
    await world.claimsOf(data.login.session.accessToken);
    const recorded = (await world.eventsOf(world.acme, 'user.signed-in')).slice(before);
    expect(recorded).toEqual([
      expect.objectContaining({ sessionId: sid, user: expect.objectContaining({ email: 'user@acme-corp.test' }) }),
    ]);
  });

  it.each([
    ['a wrong password', 'acme-corp', 'user@acme-corp.test', 'wrong'],
    ['an unknown user', 'acme-corp', 'nobody@acme-corp.test', password],
    ['an unknown tenant', 'nowhere', 'user@acme-corp.test', password],
    ['a user of another tenant', 'globex-inc', 'user@acme-corp.test', password],
  ])('refuses %s the same way', async (_case, slug, username, secret) => {
    const { data, codes } = await login(slug, username, secret);
    expect(codes).toBeUndefined();
    expect(data.login).toMatchObject({ session: null, userErrors: [{ code: 'CREDENTIALS_INVALID' }] });
  });

  it('refuses a tenant that is not the one of the request', async () => {
    const { data } = await login('acme-corp', 'user@acme-corp.test', password, { tenant: world.globex });
    expect(data.login.userErrors).toMatchObject([{ code: 'CREDENTIALS_INVALID' }]);
  });

  it('tells right credentials alone that the tenant is suspended', async () => {
    world.tenants.set('globex-inc', { ...world.globex, status: 'SUSPENDED' });
    const right = await login('globex-inc', 'user@globex-inc.test');
    const wrong = await login('globex-inc', 'user@globex-inc.test', 'wrong');
    world.tenants.set('globex-inc', world.globex);

    expect(right.codes).toEqual(['TENANT_SUSPENDED']);
    expect(wrong.data.login.userErrors).toMatchObject([{ code: 'CREDENTIALS_INVALID' }]);
  });

  it('signs platform admins in to the realm of the platform', async () => {
    await world.identity.createRealm('plexica', 'Acme');
    await world.onboarding.createBuiltInRoles(world.platform);
    await world.onboarding.createUserWithPassword(world.platform, {
      email: 'root@plexica.test',
      displayName: 'Root',
      password,
      roles: ['super_admin'],
    });

    const root = await world.signIn(world.platform, 'root@plexica.test');

    expect(await root.claims()).toMatchObject({ tenant: null, roles: ['super_admin'] });
    expect((await root.ask('{ me { email roles { name } } users { totalCount } }')).data).toEqual({
      me: { email: 'root@plexica.test', roles: [{ name: 'super_admin' }] },
      users: { totalCount: 1 },
    });
  });

  it('lets a filter veto, and adds the claims of one that agrees', async () => {
    const { DomainError } = await import('@plexica/plugin-kit');
    world.useFilters({
      run: async (_name, payload) => {
        const { user } = payload as { user: { email: string } };
        if (user.email.startsWith('guest')) throw new DomainError('HOOK_VETOED', { details: { plugin: 'crm', pluginCode: 'CRM_CLOSED' } });
        return { ...payload, claims: { region: 'eu' } };
      },
    });
    const vetoed = await login('acme-corp', 'guest@acme-corp.test');
    const admin = await world.signIn(world.acme);
    world.useFilters({ run: async (_name, payload) => payload });

    expect(vetoed.data.login).toMatchObject({
      session: null,
      userErrors: [{ code: 'HOOK_VETOED', plugin: 'crm', pluginCode: 'CRM_CLOSED' }],
    });
    expect((await admin.claims()).added).toEqual({ region: 'eu' });
  });
});

describe('refreshing a session', () => {
  it('answers the next tokens without naming the tenant, and keeps the session', async () => {
    const user = await world.signIn(world.acme, 'user');

    const { data } = await world.anonymously(refreshMutation, { token: user.refreshToken });

    expect(data.refreshSession.session.user.email).toBe('user@acme-corp.test');
    expect(decodeJwt(data.refreshSession.session.accessToken).sid).toBe(decodeJwt(user.accessToken).sid);
  });

  it('ends the session when a token is used twice, also for access tokens already out', async () => {
    const user = await world.signIn(world.acme, 'user');
    const next = (await world.anonymously(refreshMutation, { token: user.refreshToken })).data.refreshSession.session;

    const again = await world.anonymously(refreshMutation, { token: user.refreshToken });

    expect(again.data.refreshSession.userErrors).toMatchObject([{ code: 'REFRESH_TOKEN_INVALID' }]);
    expect((await world.anonymously(refreshMutation, { token: next.refreshToken })).data.refreshSession.session).toBeNull();
    expect((await user.ask('{ me { email } }')).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('logging out', () => {
  it('ends the session for its access and refresh tokens, tells the gateways, and no other session', async () => {
    const [laptop, phone] = [await world.signIn(world.acme, 'user'), await world.signIn(world.acme, 'user')];
    const session = decodeJwt(laptop.accessToken).sid;

    const { data } = await laptop.ask('mutation { logout { session { id current } userErrors { code } } }');

    expect(data.logout).toEqual({ session: { id: session, current: true }, userErrors: [] });
    expect((await laptop.ask('{ me { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await world.anonymously(refreshMutation, { token: laptop.refreshToken })).data.refreshSession.session).toBeNull();
    expect(world.notices).toContainEqual({ kind: 'session', realm: 'acme-corp', session });
    expect((await phone.ask('{ me { id } }')).codes).toBeUndefined();
  });
});

describe('seeing and ending sessions', () => {
  it('shows one’s own, and lets an admin end those of others', async () => {
    const [admin, guest] = [await world.signIn(world.acme), await world.signIn(world.acme, 'guest')];
    const own = await guest.ask('{ activeSessions { id current } }');
    expect(own.data.activeSessions).toContainEqual({ id: decodeJwt(guest.accessToken).sid, current: true });

    const end = 'mutation ($id: ID!) { endSession(input: { id: $id }) { session { id } userErrors { code } } }';
    const { codes } = await guest.ask(end, { id: decodeJwt(admin.accessToken).sid });
    expect(codes).toEqual(['FORBIDDEN']);

    await admin.ask(end, { id: decodeJwt(guest.accessToken).sid });
    expect((await guest.ask('{ me { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    expect((await admin.ask(end, { id: 'nonsense' })).data.endSession.userErrors).toMatchObject([{ code: 'SESSION_NOT_FOUND' }]);
  });
});

describe('meeting a session for the first time', () => {
  it('opens it once, also from many requests at once', async () => {
    const { accessToken } = await world.identity.signIn('acme-corp', { username: 'user@acme-corp.test', password });
    const before = (await world.eventsOf(world.acme, 'user.signed-in')).length;

    const claims = await Promise.all(Array.from({ length: 8 }, () => world.claimsOf(accessToken)));

    expect(claims.every(({ user }) => user?.email === 'user@acme-corp.test')).toBe(true);
    expect((await world.eventsOf(world.acme, 'user.signed-in')).length - before).toBe(1);
  });

  it('knows nobody of another realm or with an unknown subject', async () => {
    const user = await world.signIn(world.acme, 'user');
    const token = { subject: user.id, session: 'x', issuedAt: 0, expiresAt: 0 };
    expect(await world.principals.principal({ ...token, realm: 'globex-inc' })).toBeUndefined();
    expect(await world.principals.principal({ ...token, realm: 'nowhere' })).toBeUndefined();
  });
});
