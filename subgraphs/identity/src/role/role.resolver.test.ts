import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
let admin: Awaited<ReturnType<Awaited<ReturnType<typeof anIdentity>>['signIn']>>;
beforeAll(async () => {
  world = await anIdentity();
  admin = await world.signIn(world.acme);
});
afterAll(() => world[Symbol.asyncDispose]());

const createMutation =
  'mutation ($i: CreateRoleInput!) { createRole(input: $i) { role { id name permissions builtIn version userCount } userErrors { code path } } }';
const updateMutation =
  'mutation ($i: UpdateRoleInput!) { updateRole(input: $i) { role { name permissions version } userErrors { code } } }';
const assignMutation =
  'mutation ($i: AssignRoleInput!) { assignRole(input: $i) { user { roles { name } permissions } userErrors { code } } }';
const revokeMutation = 'mutation ($i: RevokeRoleInput!) { revokeRole(input: $i) { user { roles { name } } userErrors { code } } }';
const create = async (i: Record<string, unknown>) => (await admin.ask(createMutation, { i })).data.createRole;
const roleId = async (name: string): Promise<string> => {
  const { data } = await admin.ask('{ roles(first: 100) { edges { node { id name } } } }');
  return data.roles.edges.find(({ node }: { node: { name: string } }) => node.name === name).node.id;
};

describe('the roles of a new tenant', () => {
  it('are admin, user and guest, and stay as they are', async () => {
    const { data } = await admin.ask('{ roles { totalCount edges { node { name builtIn permissions userCount } } } }');
    expect(data.roles.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      { name: 'admin', builtIn: true, permissions: ['*'], userCount: 1 },
      { name: 'guest', builtIn: true, permissions: ['users.read'], userCount: 1 },
      { name: 'user', builtIn: true, permissions: ['users.read', 'settings.read'], userCount: 1 },
    ]);
    const id = await roleId('user');
    expect((await admin.ask(updateMutation, { i: { id, version: 1, permissions: ['*'] } })).data.updateRole.userErrors).toMatchObject([
      { code: 'ROLE_BUILT_IN' },
    ]);
    const remove = await admin.ask('mutation ($id: ID!) { deleteRole(input: { id: $id }) { userErrors { code } } }', { id });
    expect(remove.data.deleteRole.userErrors).toMatchObject([{ code: 'ROLE_BUILT_IN' }]);
  });

  it('are found by name and kind', async () => {
    const { data } = await admin.ask(
      '{ a: roles(filter: { search: "GUE" }) { totalCount } b: roles(filter: { builtIn: false }) { totalCount } c: roles(first: 1, orderBy: { field: NAME, direction: DESC }) { edges { node { name } } } }',
    );
    expect(data).toEqual({ a: { totalCount: 1 }, b: { totalCount: 0 }, c: { edges: [{ node: { name: 'user' } }] } });
  });

  it('are made once, however often provisioning repeats itself', async () => {
    await world.onboarding.createBuiltInRoles(world.acme);
    expect((await admin.ask('{ roles { totalCount } }')).data.roles.totalCount).toBe(3);
  });
});

describe('making a role of one’s own', () => {
  it('grants what it names from the next request', async () => {
    const { role } = await create({ name: 'Auditor', permissions: ['audit.read', 'roles.*'] });
    const guest = await world.signIn(world.acme, 'guest');

    const { data } = await admin.ask(assignMutation, { i: { userId: guest.id, roleId: role.id } });

    expect(data.assignRole.user).toEqual({
      roles: [{ name: 'Auditor' }, { name: 'guest' }],
      permissions: ['audit.read', 'roles.read', 'roles.write', 'users.read'],
    });
    expect((await guest.ask('{ roles { totalCount } }')).data.roles.totalCount).toBe(4);
    expect(world.notices).toContainEqual({ kind: 'principal', realm: 'acme-corp', userId: guest.id });
    expect(await world.eventsOf(world.acme, 'role.assigned')).toHaveLength(1);
  });

  it('takes a free name and permissions that exist', async () => {
    expect((await create({ name: 'auditor', permissions: [] })).userErrors).toMatchObject([
      { code: 'ROLE_NAME_TAKEN', path: ['input', 'name'] },
    ]);
    expect((await create({ name: 'X', permissions: ['users.fly'] })).userErrors).toMatchObject([{ code: 'PERMISSION_UNKNOWN' }]);
    expect((await create({ name: 'X', permissions: ['nothing.*'] })).userErrors).toMatchObject([{ code: 'PERMISSION_UNKNOWN' }]);
  });

  it('keeps concurrent editors apart by version', async () => {
    const { role } = await create({ name: 'Versioned', permissions: ['users.read'] });
    await admin.ask(updateMutation, { i: { id: role.id, version: 1, name: 'First' } });
    const stale = (await admin.ask(updateMutation, { i: { id: role.id, version: 1, name: 'Second' } })).data.updateRole;
    expect(stale).toMatchObject({ role: { name: 'First', version: 2 }, userErrors: [{ code: 'VERSION_CONFLICT' }] });
  });
});

describe('granting', () => {
  it('is limited to what one holds oneself', async () => {
    const { role } = await create({ name: 'Lead', permissions: ['roles.read', 'roles.write', 'users.read'] });
    const lead = { ...(await (await world.signIn(world.acme, 'user')).claims()), permissions: ['roles.read', 'roles.write', 'users.read'] };
    const user = await world.signIn(world.acme, 'user');

    const own = await world.ask(lead, assignMutation, { i: { userId: user.id, roleId: role.id } });
    const more = await world.ask(lead, assignMutation, { i: { userId: user.id, roleId: await roleId('admin') } });
    const made = await world.ask(lead, createMutation, { i: { name: 'Mine', permissions: ['users.*'] } });

    expect(own.codes).toBeUndefined();
    expect(more.codes).toEqual(['FORBIDDEN']);
    expect(made.codes).toEqual(['FORBIDDEN']);
  });

  it('needs roles.write', async () => {
    const guest = await world.signIn(world.globex, 'user');
    expect((await guest.ask(assignMutation, { i: { userId: guest.id, roleId: guest.id } })).codes).toEqual(['FORBIDDEN']);
    expect((await guest.ask('{ roles { totalCount } }')).codes).toEqual(['FORBIDDEN']);
    expect((await guest.ask('{ permissions { name } }')).codes).toEqual(['FORBIDDEN']);
  });
});

describe('revoking a role', () => {
  it('keeps one active admin, also against two requests at once', async () => {
    const [user, guest] = [await world.signIn(world.acme, 'user'), await world.signIn(world.acme, 'guest')];
    const i = { roleId: await roleId('admin') };
    await admin.ask(assignMutation, { i: { ...i, userId: user.id } });
    await admin.ask(assignMutation, { i: { ...i, userId: guest.id } });
    const claims = await admin.claims();

    const outcomes = await Promise.all(
      [admin.id, user.id, guest.id].map((userId) => world.ask(claims, revokeMutation, { i: { ...i, userId } })),
    );

    const refused = outcomes.flatMap(({ data }) => data.revokeRole.userErrors);
    expect(refused).toMatchObject([{ code: 'ADMIN_LAST' }]);
  });
});

describe('the permissions of plugins', () => {
  const permissions = [
    { name: 'crm.contacts.read', description: 'See contacts', roles: ['user'] },
    { name: 'crm.contacts.write', description: 'Change contacts', roles: [] },
  ];

  it('reach the built-in roles they name and leave with the plugin, in that tenant alone', async () => {
    const user = await world.signIn(world.globex, 'user');
    const other = await world.signIn(world.acme, 'guest');
    await world.registry.add(world.globex, 'crm', permissions);
    await world.registry.add(world.globex, 'crm', permissions);

    expect((await user.ask('{ me { permissions } }')).data.me.permissions).toEqual(['crm.contacts.read', 'settings.read', 'users.read']);
    const globex = await world.signIn(world.globex);
    const { data } = await globex.ask('{ permissions { name origin } }');
    expect(data.permissions).toContainEqual({ name: 'crm.contacts.write', origin: 'crm' });
    expect((await other.claims()).permissions).not.toContain('crm.contacts.read');
    const custom = (await globex.ask(createMutation, { i: { name: 'Sales', permissions: ['crm.contacts.write', 'users.read'] } })).data
      .createRole.role;
    expect(custom.permissions).toEqual(['crm.contacts.write', 'users.read']);

    await world.registry.remove(world.globex, 'crm');

    expect((await user.ask('{ me { permissions } }')).data.me.permissions).toEqual(['settings.read', 'users.read']);
    const after = await globex.ask('{ roles { edges { node { name permissions } } } }');
    expect(after.data.roles.edges).toContainEqual({ node: { name: 'Sales', permissions: ['users.read'] } });
  });
});
