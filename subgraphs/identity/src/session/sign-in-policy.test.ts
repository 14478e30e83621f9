import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentity, password } from '../../test/an-identity.ts';

let world: Awaited<ReturnType<typeof anIdentity>>;
beforeAll(async () => {
  world = await anIdentity();
});
afterAll(() => world[Symbol.asyncDispose]());

const subjectOf = async (name: string) => (await world.signIn(world.acme, name)).id;

describe('judging a sign-in at the issuer’s page', () => {
  it('opens the session once, also when its token is met right after', async () => {
    const subject = await subjectOf('user');
    const { session, accessToken } = await world.issuer.signIn('acme-corp', { username: 'user@acme-corp.test', password });
    const before = (await world.eventsOf(world.acme, 'user.signed-in')).length;

    await Promise.all([
      world.policy.admit('acme-corp', subject, session),
      world.claimsOf(accessToken),
      world.policy.admit('acme-corp', subject, session),
    ]);

    expect((await world.eventsOf(world.acme, 'user.signed-in')).length - before).toBe(1);
  });

  it.each([
    ['SUSPENDED', 'TENANT_SUSPENDED'],
    ['PROVISIONING', 'CREDENTIALS_INVALID'],
    ['PENDING_DELETION', 'CREDENTIALS_INVALID'],
  ])('refuses a tenant that is %s as %s', async (status, code) => {
    const subject = await subjectOf('user');
    world.tenants.set('acme-corp', { ...world.acme, status });
    const judged = world.policy.admit('acme-corp', subject, 'some-session');
    await expect(judged).rejects.toMatchObject({ code });
    world.tenants.set('acme-corp', world.acme);
  });

  it('refuses somebody who is no user of the tenant, whatever the provider says', async () => {
    await expect(world.policy.admit('globex-inc', await subjectOf('user'), 's')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
  });

  it('writes down who failed, where there is a tenant to write it to', async () => {
    await world.policy.failed('acme-corp', 'eve@acme-corp.test', 'CREDENTIALS_INVALID');
    await world.policy.failed('nowhere', 'eve@acme-corp.test', 'CREDENTIALS_INVALID');
    expect(await world.eventsOf(world.acme, 'user.sign-in-failed')).toEqual([
      { username: 'eve@acme-corp.test', reason: 'CREDENTIALS_INVALID' },
    ]);
  });

  it('writes down whatever was typed as a name, also what PostgreSQL keeps in no text', async () => {
    await world.policy.failed('globex-inc', `eve\0@globex-inc.test${'x'.repeat(500)}`, 'CREDENTIALS_INVALID');
    expect(await world.eventsOf(world.globex, 'user.sign-in-failed')).toEqual([
      { username: expect.stringMatching(/^eve@globex-inc\.testx{231,}$/), reason: 'CREDENTIALS_INVALID' },
    ]);
  });

  it('ends the session in Plexica too when the issuer ended it', async () => {
    const { session, accessToken } = await world.issuer.signIn('acme-corp', { username: 'guest@acme-corp.test', password });
    await world.claimsOf(accessToken);

    await world.policy.ended('acme-corp', session);
    await world.policy.ended('acme-corp', 'never-seen');

    expect((await world.claimsOf(accessToken)).user).toBeNull();
    expect(world.notices).toContainEqual({ kind: 'session', realm: 'acme-corp', session });
  });
});
