import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity, password } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
let admin: Awaited<ReturnType<Awaited<ReturnType<typeof anIdentity>>['signIn']>>;
beforeAll(async () => {
  world = await anIdentity();
  admin = await world.signIn(world.acme);
});
afterAll(() => world[Symbol.asyncDispose]());

const createMutation = `mutation ($input: CreateUserInput!) {
  createUser(input: $input) { user { id email status version roles { name } } userErrors { code path plugin } } }`;
const create = async (input: Record<string, unknown>, by = admin) =>
  (await by.ask(createMutation, { input: { displayName: 'Somebody', ...input } })).data.createUser;
const updateMutation = `mutation ($input: UpdateUserInput!) {
  updateUser(input: $input) { user { email displayName locale version } userErrors { code path } } }`;
const idOf = async (name: string) => (await world.signIn(world.acme, name)).id;

describe('asking who one is', () => {
  it('answers the signed-in user with roles and every permission they amount to', async () => {
    const user = await world.signIn(world.acme, 'user');
    const { data } = await user.ask('{ me { email status roles { name } permissions lastSignInAt } }');
    expect(data.me).toEqual({
      email: 'user@acme-corp.test',
      status: 'ACTIVE',
      roles: [{ name: 'user' }],
      permissions: ['settings.read', 'users.read'],
      lastSignInAt: expect.any(String),
    });
  });

  it('needs a session', async () => {
    expect((await world.anonymously('{ me { email } }')).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('listing users', () => {
  const page = (first: number, after?: string) =>
    admin.ask(
      `query ($first: Int!, $after: String) { users(first: $first, after: $after, filter: { search: "@list" }, orderBy: { field: EMAIL }) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { email } } } }`,
      { first, after },
    );

  it('pages through all of them once, in a stable order', async () => {
    for (const name of ['e', 'a', 'd', 'b', 'c']) await create({ email: `${name}@list.test` });

    const first = (await page(2)).data.users;
    const second = (await page(2, first.pageInfo.endCursor)).data.users;
    const third = (await page(2, second.pageInfo.endCursor)).data.users;

    const emails = [first, second, third].flatMap(({ edges }) => edges.map(({ node }: { node: { email: string } }) => node.email[0]));
    expect(emails).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } });
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  it('orders by last sign-in with those who never signed in, without losing anybody', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await admin.ask(
        'query ($after: String) { users(first: 3, after: $after, orderBy: { field: LAST_SIGN_IN_AT, direction: DESC }) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }',
        { after },
      );
      seen.push(...data.users.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = data.users.pageInfo.hasNextPage ? data.users.pageInfo.endCursor : null;
      if (!after) expect(new Set(seen).size).toBe(data.users.totalCount);
    } while (after);
  });

  it('filters by text, status and role', async () => {
    const { data } = await admin.ask('{ roles { edges { node { id name } } } }');
    const guest = data.roles.edges.find(({ node }: { node: { name: string } }) => node.name === 'guest').node.id;
    const found = await admin.ask(
      'query ($r: ID) { users(filter: { roleId: $r, status: ACTIVE, search: "%" }) { totalCount } all: users(filter: { roleId: $r }) { edges { node { email } } } }',
      {
        r: guest,
      },
    );
    expect(found.data).toMatchObject({ users: { totalCount: 0 }, all: { edges: [{ node: { email: 'guest@acme-corp.test' } }] } });
  });

  it('refuses a page that is too large and a cursor that is none', async () => {
    expect((await page(101)).codes).toEqual(['BAD_USER_INPUT']);
    expect((await page(2, 'nonsense')).codes).toEqual(['BAD_USER_INPUT']);
    expect((await page(2, Buffer.from('["x","y"]').toString('base64url'))).codes).toEqual(['BAD_USER_INPUT']);
  });

  it('needs users.read, and shows nobody of another tenant', async () => {
    const globex = await world.signIn(world.globex, 'guest');
    const { data } = await globex.ask('query ($id: ID!) { users { totalCount } user(id: $id) { email } }', { id: admin.id });
    expect(data).toEqual({ users: { totalCount: 3 }, user: null });
    expect((await world.ask({ ...(await globex.claims()), permissions: [] }, '{ users { totalCount } }')).codes).toEqual(['FORBIDDEN']);
    expect((await world.anonymously('{ users { totalCount } }')).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('resolving references of plugins', () => {
  const refer = (claims: Parameters<typeof world.ask>[0], id: string) =>
    world.ask(claims, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { email } } }', {
      r: [{ __typename: 'User', id }],
    });

  it('answers within the tenant, and nothing for ids of another', async () => {
    const globex = await world.signIn(world.globex, 'guest');
    expect((await refer(await admin.claims(), admin.id)).data._entities).toEqual([{ email: 'admin@acme-corp.test' }]);
    expect((await refer(await globex.claims(), admin.id)).data._entities).toEqual([null]);
    expect((await refer({ ...(await globex.claims()), permissions: [] }, admin.id)).codes).toEqual(['FORBIDDEN']);
  });
});

describe('creating a user', () => {
  it('lets them sign in at once, with the role `user`', async () => {
    const { user } = await create({ email: 'New@acme.test', password });
    expect(user).toMatchObject({ email: 'New@acme.test', status: 'ACTIVE', roles: [{ name: 'user' }] });
    await expect(world.signIn(world.acme, 'new@acme.test')).resolves.toMatchObject({ id: user.id });
    expect(await world.eventsOf(world.acme, 'user.created')).toContainEqual({ user: expect.objectContaining({ id: user.id }) });
  });

  it('refuses an email that is taken, ignoring case, also of two requests at once', async () => {
    expect((await create({ email: 'USER@acme-corp.test' })).userErrors).toMatchObject([
      { code: 'USER_EMAIL_TAKEN', path: ['input', 'email'] },
    ]);
    const both = await Promise.all([create({ email: 'twin@acme.test', password }), create({ email: 'Twin@acme.test', password })]);
    expect(both.filter(({ user }) => user)).toHaveLength(1);
    await expect(world.signIn(world.acme, 'twin@acme.test')).resolves.toBeTruthy();
  });

  it.each([
    [{ email: 'no mail' }, 'BAD_USER_INPUT', ['input', 'email']],
    [{ email: 'x@acme.test', displayName: ' ' }, 'BAD_USER_INPUT', ['input', 'displayName']],
    [{ email: 'x@acme.test', password: 'short' }, 'PASSWORD_TOO_WEAK', ['input', 'password']],
    [{ email: 'x@acme.test', roleIds: ['nonsense'] }, 'ROLE_NOT_FOUND', null],
  ])('refuses %j as %s', async (input, code, path) => {
    expect((await create(input)).userErrors).toMatchObject([{ code, path }]);
  });

  it('leaves no account behind when it fails', async () => {
    await create({ email: 'ghost@acme.test', password, roleIds: ['00000000-0000-7000-8000-00000000ffff'] });
    await expect(world.signIn(world.acme, 'ghost@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');
  });

  it('lets a filter change or veto it', async () => {
    const { DomainError } = await import('@plexica/plugin-kit');
    world.useFilters({
      run: async (name, payload) => {
        if (name !== 'user.creating') return payload;
        const { user } = payload as { user: { email: string; displayName: string } };
        if (user.email.startsWith('bad')) throw new DomainError('HOOK_VETOED', { details: { plugin: 'crm', pluginCode: 'X' } });
        return { ...payload, user: { ...user, email: `hooked-${user.email}` } };
      },
    });
    const [changed, vetoed] = [await create({ email: 'filter@acme.test', password }), await create({ email: 'bad@acme.test', password })];
    world.useFilters({ run: async (_name, payload) => payload });

    expect(changed.user.email).toBe('hooked-filter@acme.test');
    expect(vetoed.userErrors).toMatchObject([{ code: 'HOOK_VETOED', plugin: 'crm' }]);
    await expect(world.signIn(world.acme, 'hooked-filter@acme.test')).resolves.toBeTruthy();
  });

  it('needs users.write', async () => {
    const user = await world.signIn(world.acme, 'user');
    expect((await user.ask(createMutation, { input: { email: 'y@acme.test', displayName: 'Y' } })).codes).toEqual(['FORBIDDEN']);
  });
});

describe('changing a user', () => {
  it('takes the version it is based on, and answers the fresh state to a stale one', async () => {
    const { user } = await create({ email: 'change@acme.test', password });
    const changed = await admin.ask(updateMutation, { input: { id: user.id, version: 1, displayName: 'Changed', locale: 'it-IT' } });
    const stale = await admin.ask(updateMutation, { input: { id: user.id, version: 1, displayName: 'Stale' } });

    expect(changed.data.updateUser).toMatchObject({ user: { displayName: 'Changed', locale: 'it-IT', version: 2 }, userErrors: [] });
    expect(stale.data.updateUser).toMatchObject({
      user: { displayName: 'Changed', version: 2 },
      userErrors: [{ code: 'VERSION_CONFLICT' }],
    });
  });

  it('moves the sign-in to a new email', async () => {
    const { user } = await create({ email: 'old@acme.test', password });
    await admin.ask(updateMutation, { input: { id: user.id, version: 1, email: 'moved@acme.test' } });

    await expect(world.signIn(world.acme, 'moved@acme.test')).resolves.toMatchObject({ id: user.id });
    await expect(world.signIn(world.acme, 'old@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');
  });

  it('lets everybody change their own profile, and no more', async () => {
    const guest = await world.signIn(world.acme, 'guest');
    const mutation =
      'mutation ($i: UpdateMyProfileInput!) { updateMyProfile(input: $i) { user { displayName timezone } userErrors { code path } } }';
    expect((await guest.ask(mutation, { i: { displayName: 'Gustav', timezone: 'Europe/Rome' } })).data.updateMyProfile.user).toEqual({
      displayName: 'Gustav',
      timezone: 'Europe/Rome',
    });
    expect((await guest.ask(mutation, { i: { timezone: 'Mars/Base' } })).data.updateMyProfile.userErrors).toMatchObject([
      { path: ['input', 'timezone'] },
    ]);
  });

  it('lets nobody take over somebody with more permissions', async () => {
    const helpdesk = {
      ...(await (await world.signIn(world.acme, 'user')).claims()),
      permissions: ['users.read', 'users.write', 'settings.read'],
    };
    const take = 'mutation ($id: ID!) { setPassword(input: { id: $id, password: "correct horse battery" }) { userErrors { code } } }';
    expect((await world.ask(helpdesk, take, { id: admin.id })).codes).toEqual(['FORBIDDEN']);
    expect((await world.ask(helpdesk, take, { id: await idOf('guest') })).codes).toBeUndefined();
  });
});

describe('disabling and deleting', () => {
  const disable = 'mutation ($id: ID!) { disableUser(input: { id: $id }) { user { status } userErrors { code } } }';
  const remove = 'mutation ($id: ID!) { deleteUser(input: { id: $id }) { user { email } userErrors { code } } }';

  it('ends the sessions of a disabled user at once, until they are enabled again', async () => {
    const { user } = await create({ email: 'off@acme.test', password });
    const session = await world.signIn(world.acme, 'off@acme.test');

    expect((await admin.ask(disable, { id: user.id })).data.disableUser).toMatchObject({ user: { status: 'DISABLED' } });

    expect((await session.ask('{ me { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    await expect(world.signIn(world.acme, 'off@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');
    await admin.ask('mutation ($id: ID!) { enableUser(input: { id: $id }) { user { status } } }', { id: user.id });
    await expect(world.signIn(world.acme, 'off@acme.test')).resolves.toBeTruthy();
    expect((await session.ask('{ me { id } }')).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('forgets a deleted user, whose email is free again', async () => {
    const { user } = await create({ email: 'gone@acme.test', password });
    const session = await world.signIn(world.acme, 'gone@acme.test');

    expect((await admin.ask(remove, { id: user.id })).data.deleteUser).toMatchObject({ user: { email: 'gone@acme.test' }, userErrors: [] });

    expect((await session.ask('{ me { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    await expect(world.signIn(world.acme, 'gone@acme.test')).rejects.toThrow('CREDENTIALS_INVALID');
    expect((await create({ email: 'gone@acme.test' })).userErrors).toEqual([]);
    expect((await admin.ask(remove, { id: user.id })).data.deleteUser.userErrors).toMatchObject([{ code: 'USER_NOT_FOUND' }]);
  });

  it('keeps the last admin, also against two requests at once', async () => {
    expect((await admin.ask(remove, { id: admin.id })).data.deleteUser.userErrors).toMatchObject([{ code: 'ADMIN_LAST' }]);
    expect((await admin.ask(disable, { id: admin.id })).data.disableUser.userErrors).toMatchObject([{ code: 'ADMIN_LAST' }]);

    const globex = await world.signIn(world.globex);
    await world.onboarding.createUserWithPassword(world.globex, {
      email: 'second@globex.test',
      displayName: 'Second',
      password,
      roles: ['admin'],
    });
    const second = await world.signIn(world.globex, 'second@globex.test');
    const claims = await globex.claims();
    const outcomes = await Promise.all([world.ask(claims, disable, { id: globex.id }), world.ask(claims, remove, { id: second.id })]);

    const refused = outcomes.flatMap(({ data }) => (data.disableUser ?? data.deleteUser).userErrors);
    expect(refused).toMatchObject([{ code: 'ADMIN_LAST' }]);
  });
});
