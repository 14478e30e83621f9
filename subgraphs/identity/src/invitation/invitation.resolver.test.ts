import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity, password } from '../../test/an-identity.ts';
import { UserEntity } from '../user/user.entity.ts';
import { lockUser } from '../user/user-rows.ts';
import { hashInvitationToken, newInvitationToken } from './invitation-token.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
beforeAll(async () => {
  world = await anIdentity();
});
afterAll(() => world[Symbol.asyncDispose]());

const acceptMutation = `mutation ($i: AcceptInvitationInput!) {
  acceptInvitation(input: $i) { session { accessToken user { email displayName status roles { name } } } userErrors { code } } }`;
const accept = async (token: string, more = {}) =>
  (await world.anonymously(acceptMutation, { i: { token, password, ...more } })).data?.acceptInvitation;
const invite = async (email: string) => {
  const admin = await world.signIn(world.acme);
  const mutation = `mutation ($i: InviteUserInput!) { inviteUser(input: $i) { user { id status } invitationUrl userErrors { code } } }`;
  const { data } = await admin.ask(mutation, { i: { email, displayName: 'Newcomer' } });
  return { ...data.inviteUser, token: String(data.inviteUser.invitationUrl).split('token=').at(-1) ?? '', admin };
};

describe('inviting a user', () => {
  it('mails an address that names the tenant, and keeps no token', async () => {
    const { user, invitationUrl } = await invite('a@invite.test');
    expect(user.status).toBe('INVITED');
    expect(invitationUrl).toMatch(/^http:\/\/localhost:4000\/invitation\?token=acme-corp\..{43}$/);
    expect(world.mails).toContainEqual(expect.objectContaining({ to: 'a@invite.test', text: expect.stringContaining(invitationUrl) }));
    await expect(world.signIn(world.acme, 'a@invite.test')).rejects.toThrow('CREDENTIALS_INVALID');
  });
});

describe('accepting an invitation', () => {
  it('sets the password, signs in, and works once', async () => {
    const { token } = await invite('b@invite.test');

    const { session, userErrors } = await accept(token, { displayName: 'Beatrix' });

    expect(userErrors).toEqual([]);
    expect(session.user).toEqual({ email: 'b@invite.test', displayName: 'Beatrix', status: 'ACTIVE', roles: [{ name: 'user' }] });
    expect(await world.claimsOf(session.accessToken)).toMatchObject({ tenant: { slug: 'acme-corp' }, roles: ['user'] });
    await expect(world.signIn(world.acme, 'b@invite.test')).resolves.toBeTruthy();
    expect((await accept(token)).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
  });

  it('works once of two times at the same moment', async () => {
    const { token } = await invite('c@invite.test');
    const both = await Promise.all([accept(token), accept(token)]);
    expect(both.filter(({ session }) => session)).toHaveLength(1);
  });

  it('keeps who came first signed in, with their own password, when a second comes meanwhile', async () => {
    const first = Promise.withResolvers<void>();
    let accepting = false;
    let spares = 0;
    await using own = await anIdentity({
      provider: (real) => ({
        ...real,
        async putAccount(realm, account) {
          if (accepting && !account.enabled) {
            spares += 1;
            // Whoever is second goes on once the first is in.
            if (spares === 2) await first.promise;
          }
          await real.putAccount(realm, account);
        },
      }),
    });
    const admin = await own.signIn(own.acme);
    const { data } = await admin.ask('mutation { inviteUser(input: { email: "f@invite.test", displayName: "F" }) { invitationUrl } }');
    const token = String(data.inviteUser.invitationUrl).split('token=').at(-1);
    accepting = true;
    const acceptWith = async (secret: string) => {
      const answer = await own.anonymously(acceptMutation, { i: { token, password: secret } });
      first.resolve();
      return answer.data?.acceptInvitation.session ? [secret] : [];
    };

    const [winner, ...others] = (await Promise.all(['first horse battery', 'second horse battery'].map(acceptWith))).flat();

    expect(others).toEqual([]);
    await expect(own.signIn(own.acme, 'f@invite.test', winner)).resolves.toBeTruthy();
  });

  it('is refused to who is deleted meanwhile', async () => {
    const { token, user } = await invite('g@invite.test');
    const locked = Promise.withResolvers<void>();
    const deleted = world.database.tenant(world.acme.id, async (em) => {
      await lockUser(em, user.id);
      locked.resolve();
      const waiting = 'select 1 from pg_locks where not granted and transactionid = pg_current_xact_id()::xid';
      await expect.poll(() => em.execute(waiting), { timeout: 10_000 }).toHaveLength(1);
      await em.nativeDelete(UserEntity, { id: user.id });
    });
    await locked.promise;

    const accepting = accept(token);

    await deleted;
    expect((await accepting).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
  });

  it('keeps to the password policy without spending the invitation', async () => {
    const { token } = await invite('d@invite.test');
    expect((await accept(token, { password: 'short' })).userErrors).toMatchObject([{ code: 'PASSWORD_TOO_WEAK' }]);
    expect((await accept(token)).userErrors).toEqual([]);
  });

  it.each(['nonsense', 'acme-corp.nonsense', 'nowhere.nonsense', '', '.'])('refuses the token %j', async (token) => {
    expect((await accept(token)).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
  });

  it('refuses a token that expired, or whose tenant is another or not active', async () => {
    const { token } = await invite('e@invite.test');
    expect((await accept(token.replace('acme-corp', 'globex-inc'))).userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
    world.tenants.set('acme-corp', { ...world.acme, status: 'SUSPENDED' });
    expect((await world.anonymously(acceptMutation, { i: { token, password } })).codes).toEqual(['TENANT_SUSPENDED']);
    world.tenants.set('acme-corp', world.acme);
    world.setClock(() => new Date(Date.now() + 8 * 86_400_000));
    const late = await accept(token);
    world.setClock(() => new Date());
    expect(late.userErrors).toMatchObject([{ code: 'INVITATION_INVALID' }]);
  });
});

describe('the first admin of a tenant', () => {
  it('is invited once, however often provisioning repeats itself, and administers it after accepting', async () => {
    const token = newInvitationToken('globex-inc');
    const first = { email: 'first@globex.test', displayName: 'First', tokenHash: hashInvitationToken(token) };
    await world.onboarding.inviteFirstAdmin(world.globex, first);
    await world.onboarding.inviteFirstAdmin(world.globex, first);

    const { session } = await accept(token);

    expect(session.user.roles).toEqual([{ name: 'admin' }]);
    expect((await world.eventsOf(world.globex, 'user.invited')).length).toBe(1);
  });
});
