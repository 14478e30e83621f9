import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity, password } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
beforeAll(async () => {
  world = await anIdentity();
});
afterAll(() => world[Symbol.asyncDispose]());

const sendMutation = 'mutation ($i: SendPasswordResetInput!) { sendPasswordReset(input: $i) { user { email } userErrors { code path } } }';
const useMutation = `mutation ($i: AcceptInvitationInput!) {
  acceptInvitation(input: $i) { session { accessToken user { displayName } } userErrors { code } } }`;
const another = 'another one, longer';
const use = async (token: string, more = {}) =>
  (await world.anonymously(useMutation, { i: { token, password: another, ...more } })).data.acceptInvitation;
/** Answers the token that was mailed. */
const sendTo = async (id: string): Promise<string> => {
  const admin = await world.signIn(world.acme);
  const { data } = await admin.ask(sendMutation, { i: { id } });
  expect(data.sendPasswordReset.userErrors).toEqual([]);
  return world.mails.at(-1)?.text.match(/token=(\S+)/)?.[1] ?? '';
};
const aUser = async (name: string) => {
  const email = `${name}@reset.test`;
  await world.onboarding.createUserWithPassword(world.acme, { email, displayName: name, password, roles: ['user'] });
  return world.signIn(world.acme, email);
};

describe('sending a reset of a password', () => {
  it('mails its owner a link, and changes nothing before it is used', async () => {
    const user = await aUser('anna');

    const token = await sendTo(user.id);

    expect(world.mails.at(-1)).toMatchObject({
      to: 'anna@reset.test',
      text: expect.stringContaining('http://localhost:4000/password?token='),
    });
    expect(token).toMatch(/^acme-corp\..{43}$/);
    expect((await user.claims()).user?.email).toBe('anna@reset.test');
    await expect(world.signIn(world.acme, 'anna@reset.test')).resolves.toBeTruthy();
  });

  it('is for who may write users and holds what the user holds, of the own tenant', async () => {
    const [admin, user, stranger] = [
      await world.signIn(world.acme),
      await world.signIn(world.acme, 'user'),
      await world.signIn(world.globex),
    ];
    const helper = await world.signIn(world.acme, 'guest');
    const made = await admin.ask(
      'mutation { createRole(input: { name: "help desk", description: "", permissions: ["users.write", "users.read", "settings.read"] }) { role { id } } }',
    );
    const assign = `mutation { assignRole(input: { userId: "${helper.id}", roleId: "${made.data.createRole.role.id}" }) { userErrors { code } } }`;
    await admin.ask(assign);
    const mailed = world.mails.length;

    expect((await user.ask(sendMutation, { i: { id: admin.id } })).codes).toEqual(['FORBIDDEN']);
    expect((await helper.ask(sendMutation, { i: { id: admin.id } })).codes).toEqual(['FORBIDDEN']);
    const elsewhere = await stranger.ask(sendMutation, { i: { id: user.id } });
    expect(elsewhere.data.sendPasswordReset.userErrors).toMatchObject([{ code: 'USER_NOT_FOUND' }]);
    expect(world.mails).toHaveLength(mailed);
    expect((await helper.ask(sendMutation, { i: { id: user.id } })).data.sendPasswordReset.userErrors).toEqual([]);
  });

  it('is refused for who is invited or disabled', async () => {
    const [admin, user] = [await world.signIn(world.acme), await aUser('bert')];
    const invited = await admin.ask('mutation { inviteUser(input: { email: "c@reset.test", displayName: "C" }) { user { id } } }');
    await admin.ask(`mutation { disableUser(input: { id: "${user.id}" }) { userErrors { code } } }`);

    for (const id of [invited.data.inviteUser.user.id, user.id])
      expect((await admin.ask(sendMutation, { i: { id } })).data.sendPasswordReset.userErrors).toEqual([
        { code: 'USER_NOT_ACTIVE', path: ['input', 'id'] },
      ]);
  });
});

describe('using a reset of a password', () => {
  it('signs in with the new password, ends every other session, and works once', async () => {
    const user = await aUser('dora');
    const token = await sendTo(user.id);

    const { session, userErrors } = await use(token, { displayName: 'Somebody else' });

    expect(userErrors).toEqual([]);
    expect(session.user.displayName).toBe('dora');
    expect((await world.claimsOf(session.accessToken)).user?.email).toBe('dora@reset.test');
    expect((await user.claims()).user).toBeNull();
    await expect(world.signIn(world.acme, 'dora@reset.test')).rejects.toThrow('CREDENTIALS_INVALID');
    await expect(world.signIn(world.acme, 'dora@reset.test', another)).resolves.toBeTruthy();
    expect((await use(token)).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
    const actions = await world.database.tenant(world.acme.id, (em) =>
      em
        .getConnection()
        .execute(
          'select action from "tenant_acme_corp".audit_entry where target_id = ? order by at',
          [user.id],
          'all',
          em.getTransactionContext(),
        ),
    );
    expect(actions.map(({ action }) => action)).toEqual(expect.arrayContaining(['user.send-password-reset', 'user.reset-password']));
  });

  it('works once of two times at the same moment, and keeps to the password policy without being spent', async () => {
    const user = await aUser('emil');
    const token = await sendTo(user.id);

    expect((await use(token, { password: 'short' })).userErrors).toMatchObject([{ code: 'PASSWORD_TOO_WEAK' }]);
    const both = await Promise.all([use(token), use(token, { password: 'yet another one' })]);

    expect(both.filter(({ session }) => session)).toHaveLength(1);
  });

  it('is refused once it expired, a newer link was sent, or the user was disabled', async () => {
    const user = await aUser('fritz');
    const [first, second] = [await sendTo(user.id), await sendTo(user.id)];
    expect((await use(first)).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
    world.setClock(() => new Date(Date.now() + 25 * 3_600_000));
    const late = await use(second);
    world.setClock(() => new Date());
    expect(late.userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
    const admin = await world.signIn(world.acme);
    const change = (name: string) => admin.ask(`mutation { ${name}(input: { id: "${user.id}" }) { user { status } userErrors { code } } }`);
    await change('disableUser');
    expect((await use(second)).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
    expect((await change('enableUser')).data.enableUser.user.status).toBe('ACTIVE');
    expect((await use(second)).userErrors).toEqual([]);
  });
});
