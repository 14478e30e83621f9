import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signInAtPage } from '../sign-in-page.test-support.ts';
import { aKeycloak, keycloakUrl } from './a-keycloak.test-support.ts';
import { aFailingLine } from './keycloak-proxy.test-support.ts';

const anAccount = () => ({ subject: randomUUID(), email: 'ada@acme.test', displayName: 'Ada', enabled: true });

describe('Keycloak: an admin token', () => {
  it('from before a realm was made elsewhere is replaced by one that knows it', async () => {
    await using here = await aKeycloak();
    await using elsewhere = await aKeycloak();
    expect(await here.identity.hasRealm(here.realm)).toBe(false);

    await elsewhere.identity.createRealm(here.realm, 'Acme');

    await expect(here.identity.putAccount(here.realm, anAccount())).resolves.toBeUndefined();
  });

  it('that ran out is taken anew, once', async () => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url });
    await under.identity.hasRealm(under.realm);
    const tokens = line.count('POST /realms/master/');

    line.failing(401);
    expect(await under.identity.hasRealm(under.realm)).toBe(false);
    expect(line.count('POST /realms/master/') - tokens).toBe(1);

    line.failingAlways(401);
    await expect(under.identity.hasRealm(under.realm)).rejects.toMatchObject({ response: { status: 401 } });
    expect(line.count('POST /realms/master/') - tokens).toBe(2);
  });
});

describe('Keycloak: a line that fails', () => {
  it('is tried a few times more', async () => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url });

    line.failing('lose the connection', 'lose the connection');
    await under.identity.createRealm(under.realm, 'Acme');

    expect(line.count('POST /admin/realms')).toBe(3);
    expect(await under.identity.hasRealm(under.realm)).toBe(true);
  });

  it('makes nothing twice when only the answer was lost', async () => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url });
    const account = anAccount();

    line.failing('lose the answer');
    await under.identity.createRealm(under.realm, 'Acme');
    await under.identity.putAccount(under.realm, account);
    await under.identity.setPassword(under.realm, account.subject, 'correct horse battery');

    const credentials = { username: account.email, password: 'correct horse battery' };
    await expect(under.identity.signIn(under.realm, credentials)).resolves.toMatchObject({ subject: account.subject });
  });

  it.each([
    ['broken', 'lose the connection'],
    ['silent', 'hang'],
  ] as const)('that stays %s is given up after four attempts, as an error that passes', async (_, fate) => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url, patienceMs: 500 });

    line.failingAlways(fate);
    const answer = under.identity.hasRealm(under.realm);
    await answer.catch(() => line.failing());

    await expect(answer).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(line.count(`GET /admin/realms/plexica-${under.realm}`)).toBe(4);
  });
});

describe('Keycloak that fails', () => {
  it('once is asked again, and given up as an error that passes when it goes on', async () => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url });

    line.failing(500, 503);
    expect(await under.identity.hasRealm(under.realm)).toBe(false);

    line.failing(500, 500, 500, 500);
    await expect(under.identity.hasRealm(under.realm)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'Keycloak answers 500.',
    });
  });

  it('and then refuses a token that ran out is asked with another', async () => {
    await using line = await aFailingLine(keycloakUrl);
    await using under = await aKeycloak({ at: line.url });
    await under.identity.hasRealm(under.realm);

    line.failing('lose the connection', 401);

    expect(await under.identity.hasRealm(under.realm)).toBe(false);
  });

  it.each(['lose the connection', 'lose the answer', 'cut the answer', 500] as const)(
    'a sign-in once (%s) lets in all the same',
    async (fate) => {
      await using line = await aFailingLine(keycloakUrl);
      await using under = await aKeycloak({ at: line.url });
      const account = anAccount();
      const credentials = { username: account.email, password: 'correct horse battery' };
      await under.identity.createRealm(under.realm, 'Acme');
      await under.identity.putAccount(under.realm, account);
      await under.identity.setPassword(under.realm, account.subject, credentials.password);

      line.at(`/realms/plexica-${under.realm}/`);
      line.failing(fate);

      await expect(under.identity.signIn(under.realm, credentials)).resolves.toMatchObject({ subject: account.subject });
      line.failing(fate, fate, fate, fate);
      await expect(under.identity.signIn(under.realm, credentials)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    },
  );
});

describe('Keycloak: a realm made again', () => {
  it('by several at once is one realm, and each may go on', async () => {
    await using under = await aKeycloak();
    await using other = await aKeycloak({ beside: under });
    await Promise.all([under, other, under].map(({ identity }) => identity.createRealm(under.realm, 'Acme')));
    await expect(other.identity.putAccount(under.realm, anAccount())).resolves.toBeUndefined();
  });

  it('learns where the console has moved', async () => {
    await using before = await aKeycloak({ platformUrl: 'http://localhost:4000' });
    await using after = await aKeycloak({ platformUrl: 'http://localhost:4001', beside: before });
    const [{ realm }, account] = [before, anAccount()];
    await before.identity.createRealm(realm, 'Acme');
    await before.identity.putAccount(realm, account);
    await before.identity.setPassword(realm, account.subject, 'correct horse battery');

    await after.identity.createRealm(realm, 'Acme');

    const page = { issuer: after.identity.endpoints(realm).issuer, consoleUrl: 'http://localhost:4001' };
    const back = await signInAtPage(page, { username: account.email, password: 'correct horse battery' });
    expect(back.away?.href).toContain('http://localhost:4001/signed-in');
  });
});
