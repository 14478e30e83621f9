import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Told } from './a-policy.test-support.ts';
import { Browser } from './embedded/browser.test-support.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { discover, exchangeCode, signInAtPage, signOutAtPage } from './sign-in-page.test-support.ts';

/** An implementation under test, with its issuers reachable over HTTP. */
export interface ProviderUnderTest extends AsyncDisposable {
  readonly identity: IdentityProvider;
  /** A realm name that no other test uses. */
  readonly realm: string;
  /** Where its console is. */
  readonly consoleUrl: string;
  /** What its policy was told. */
  readonly told: Told;
}

const ada = { subject: 'ada-1', email: 'Ada@Acme.test', displayName: 'Ada', enabled: true };
const password = 'correct horse battery';

/** What every identity provider holds to. */
export const identityProviderContract = (name: string, start: () => Promise<ProviderUnderTest>): void => {
  const withAda = async () => {
    const under = await start();
    await under.identity.createRealm(under.realm, 'Acme');
    await under.identity.putAccount(under.realm, ada);
    await under.identity.setPassword(under.realm, ada.subject, password);
    return under;
  };
  const signIn = ({ identity, realm }: ProviderUnderTest, username = ada.email) => identity.signIn(realm, { username, password });

  describe(`${name}: signing in with a password`, () => {
    it('answers an RS256 token of the realm for the gateway, good for five minutes', async () => {
      await using under = await withAda();

      const tokens = await signIn(under);

      const { issuer, jwksUri, audience } = under.identity.endpoints(under.realm);
      const { payload } = await jwtVerify(tokens.accessToken, createRemoteJWKSet(new URL(jwksUri)), {
        issuer,
        audience,
        algorithms: ['RS256'],
      });
      expect(payload).toMatchObject({ sub: ada.subject, sid: tokens.session });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
      expect(tokens).toMatchObject({ subject: ada.subject, expiresIn: 300 });
    });

    it('lets an account sign in many times at once', async () => {
      await using under = await withAda();
      const signedIn = await Promise.all(Array.from({ length: 5 }, () => signIn(under)));
      expect(new Set(signedIn.map(({ session }) => session)).size).toBe(5);
    });

    it('lets an account sign in while it is changed', async () => {
      await using under = await withAda();
      for (let round = 0; round < 20; round += 1) {
        const changed = under.identity.putAccount(under.realm, { ...ada, displayName: `Ada ${round}` });
        await expect(signIn(under)).resolves.toMatchObject({ subject: ada.subject });
        await changed;
      }
    });

    it('ignores the case of the email', async () => {
      await using under = await withAda();
      await expect(signIn(under, 'aDA@acme.TEST')).resolves.toMatchObject({ subject: ada.subject });
    });

    it.each([
      ['a wrong password', ada.email, 'wrong'],
      ['an unknown account', 'nobody@acme.test', password],
    ])('refuses %s as CREDENTIALS_INVALID', async (_case, username, secret) => {
      await using under = await withAda();
      const attempt = under.identity.signIn(under.realm, { username, password: secret });
      await expect(attempt).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
    });

    it('refuses an account that is disabled, or has no password yet', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      await identity.putAccount(realm, { ...ada, subject: 'bob-1', email: 'bob@acme.test' });
      await identity.putAccount(realm, { ...ada, enabled: false });

      await expect(signIn(under)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
      await expect(signIn(under, 'bob@acme.test')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
    });

    it('locks the account from the fifth failure, and no other account', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      await identity.putAccount(realm, { ...ada, subject: 'bob-1', email: 'bob@acme.test' });
      await identity.setPassword(realm, 'bob-1', password);

      for (let attempt = 0; attempt < 5; attempt++) {
        await expect(identity.signIn(realm, { username: ada.email, password: 'wrong' })).rejects.toMatchObject({
          code: 'CREDENTIALS_INVALID',
        });
      }

      await expect(signIn(under)).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' });
      await expect(signIn(under, 'bob@acme.test')).resolves.toMatchObject({ subject: 'bob-1' });
    });
  });

  describe(`${name}: signing in at its page`, () => {
    const atPage = ({ identity, realm, consoleUrl }: ProviderUnderTest, username = ada.email, secret = password, options = {}) =>
      signInAtPage({ issuer: identity.endpoints(realm).issuer, consoleUrl }, { username, password: secret }, options);

    it('brings a code back to the console, good for a token with a session', async () => {
      await using under = await withAda();

      const back = await atPage(under);
      const { body } = await exchangeCode(back, { code_verifier: back.verifier });

      expect(back.away?.href).toContain(`${under.consoleUrl}/signed-in`);
      const { issuer, jwksUri, audience } = under.identity.endpoints(under.realm);
      const { payload } = await jwtVerify(body.access_token, createRemoteJWKSet(new URL(jwksUri)), {
        issuer,
        audience,
        algorithms: ['RS256'],
      });
      expect(payload).toMatchObject({ sub: ada.subject, sid: expect.any(String) });
    });

    it('counts for nothing without the proof of the console that asked (PKCE)', async () => {
      await using under = await withAda();
      const back = await atPage(under);

      const unasked = await atPage(under, ada.email, password, { pkce: false }).catch(() => undefined);
      const unproven = await exchangeCode(back, { code_verifier: 'x'.repeat(43) });

      expect(unasked?.away?.searchParams.get('code') ?? null).toBeNull();
      expect([unproven.status, unproven.body.error]).toEqual([400, 'invalid_grant']);
    });

    it('is the only way in for the console’s client: it takes no password', async () => {
      await using under = await withAda();
      const { token_endpoint } = await discover(under.identity.endpoints(under.realm).issuer);
      const fields = { grant_type: 'password', client_id: 'plexica-console', username: ada.email, password };
      const { status } = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(fields) });
      expect([400, 401]).toContain(status);
    });

    it('tells each failure once, however many watch, and what happened while nobody did; not those of `signIn`', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const { failures } = under.told;
      const told = () => failures.map(({ username, reason }) => `${username.toLowerCase()} ${reason}`);

      const stops = [identity.watchSignIns(), identity.watchSignIns(), identity.watchSignIns()];
      await atPage(under, ada.email, 'wrong');
      await atPage(under, 'nobody@acme.test', 'wrong');
      await expect(signIn(under, 'other@acme.test')).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
      const first = ['ada@acme.test CREDENTIALS_INVALID', 'nobody@acme.test CREDENTIALS_INVALID'];
      await expect.poll(told, { timeout: 20_000 }).toEqual(first);
      for (const stop of stops) await stop();
      await atPage(under, 'eve@acme.test', 'wrong');
      const again = identity.watchSignIns();
      await expect.poll(told, { timeout: 20_000 }).toEqual([...first, 'eve@acme.test CREDENTIALS_INVALID']);
      await again();

      expect(failures.every((failure) => failure.realm === realm)).toBe(true);
    });

    it('tells that a session ended: its user signed out there, or its refresh token was used twice', async () => {
      await using under = await withAda();
      const { identity, realm, consoleUrl, told } = under;
      const { issuer } = identity.endpoints(realm);
      const { token_endpoint } = await discover(issuer);
      const browser = new Browser();
      const stop = identity.watchSignIns();
      const signedIn = async (options = {}) => {
        const back = await atPage(under, ada.email, password, options);
        return (await exchangeCode(back, { code_verifier: back.verifier })).body;
      };
      const refresh = (refresh_token: string) => {
        const fields = { grant_type: 'refresh_token', client_id: 'plexica-console', refresh_token };
        return fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(fields) });
      };
      const [leaving, stolen, other] = [await signedIn({ browser }), await signedIn(), await signIn(under)];

      const left = await signOutAtPage({ issuer, consoleUrl }, browser, leaving.id_token);
      for (let use = 0; use < 2; use += 1) await refresh(stolen.refresh_token);
      await identity.refresh(realm, other.refreshToken);
      await expect(identity.refresh(realm, other.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });

      const sessions = [leaving, stolen].map(({ access_token }) => decodeJwt(access_token).sid);
      await expect.poll(() => new Set(told.ended), { timeout: 20_000 }).toEqual(new Set([...sessions, other.session]));
      await stop();
      expect(left?.href).toBe(`${consoleUrl}/signed-out`);
    });
  });

  describe(`${name}: refreshing`, () => {
    it('answers new tokens of the same session and kills the old refresh token', async () => {
      await using under = await withAda();
      const first = await signIn(under);

      const second = await under.identity.refresh(under.realm, first.refreshToken);

      expect(second).toMatchObject({ subject: ada.subject, session: first.session });
      expect(second.refreshToken).not.toBe(first.refreshToken);
    });

    it('ends the session when a refresh token is used twice', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const first = await signIn(under);
      const second = await identity.refresh(realm, first.refreshToken);

      await expect(identity.refresh(realm, first.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
      await expect(identity.refresh(realm, second.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    });

    it('lets at most one of many uses at the same time through', async () => {
      await using under = await withAda();
      const first = await signIn(under);

      const uses = await Promise.allSettled(Array.from({ length: 12 }, () => under.identity.refresh(under.realm, first.refreshToken)));

      expect(uses.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    });

    it('refuses what is no refresh token, or one of another realm', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const { refreshToken } = await signIn(under);
      await identity.createRealm(`${realm}-b`, 'Acme');

      await expect(identity.refresh(realm, 'nonsense')).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
      await expect(identity.refresh(`${realm}-b`, refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    });
  });

  describe(`${name}: ending sessions`, () => {
    it('ends one and leaves the others of the account', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const [laptop, phone] = [await signIn(under), await signIn(under)];

      await identity.endSession(realm, laptop.session);

      await expect(identity.refresh(realm, laptop.refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
      await expect(identity.refresh(realm, phone.refreshToken)).resolves.toMatchObject({ session: phone.session });
    });

    it('ends all of an account', async () => {
      await using under = await withAda();
      const sessions = [await signIn(under), await signIn(under)];

      await under.identity.endSessions(under.realm, ada.subject);

      for (const { refreshToken } of sessions) {
        await expect(under.identity.refresh(under.realm, refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
      }
    });

    it('happens by itself when the account is disabled or deleted', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const { refreshToken } = await signIn(under);
      await identity.putAccount(realm, { ...ada, enabled: false });
      await expect(identity.refresh(realm, refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    });
  });

  describe(`${name}: keeping realms and accounts`, () => {
    it('creates a realm any number of times and keeps its keys', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const keys = async () => (await (await fetch(identity.endpoints(realm).jwksUri)).json()) as { keys: object[] };
      const before = await keys();

      await identity.createRealm(realm, 'Acme');

      expect(await keys()).toEqual(before);
      expect(before.keys[0]).not.toHaveProperty('d');
    });

    it('removes everything with the realm', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const { refreshToken } = await signIn(under);

      await identity.deleteRealm(realm);
      await identity.deleteRealm(realm);

      await expect(signIn(under)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
      expect((await fetch(identity.endpoints(realm).jwksUri)).status).toBe(404);
      await identity.createRealm(realm, 'Acme');
      await expect(signIn(under)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
      await expect(identity.refresh(realm, refreshToken)).rejects.toMatchObject({ code: 'REFRESH_TOKEN_INVALID' });
    });

    it('keeps accounts apart that are put at once, with the longest of names and passwords', async () => {
      await using under = await start();
      const { identity, realm } = under;
      await identity.createRealm(realm, 'Acme');
      const people = [1, 2, 3, 4, 5].map((number) => ({
        account: { ...ada, subject: `person-${number}`, email: `${'p'.repeat(50)}${number}@acme.test`, displayName: 'è'.repeat(100) },
        secret: `${number}${'ß'.repeat(127)}`,
      }));

      await Promise.all(
        people.map(async ({ account, secret }) => {
          await identity.putAccount(realm, account);
          await identity.setPassword(realm, account.subject, secret);
        }),
      );

      const subjects = people.map(({ account, secret }) => identity.signIn(realm, { username: account.email, password: secret }));
      expect((await Promise.all(subjects)).map(({ subject }) => subject)).toEqual(people.map(({ account }) => account.subject));
    });

    it('makes one account of one that is put by several at once, each of whom may go on', async () => {
      await using under = await start();
      const { identity, realm } = under;
      await identity.createRealm(realm, 'Acme');
      for (let round = 0; round < 5; round += 1) {
        const account = { ...ada, subject: `person-${round}`, email: `person-${round}@acme.test` };
        const invited = { ...account, enabled: false };

        await Promise.all([invited, invited, invited, account].map((wanted) => identity.putAccount(realm, wanted)));
        await identity.putAccount(realm, account);
        await identity.setPassword(realm, account.subject, password);

        await expect(signIn(under, account.email)).resolves.toMatchObject({ subject: account.subject });
      }
    });

    it('keeps spare accounts apart that are put with one email at once', async () => {
      await using under = await start();
      const { identity, realm } = under;
      await identity.createRealm(realm, 'Acme');
      for (let round = 0; round < 5; round += 1) {
        const spares = ['a', 'b', 'c'].map((name) => ({
          ...ada,
          subject: `${name}-${round}`,
          email: `${round}@acme.test`,
          enabled: false,
        }));

        await Promise.all(spares.map((spare) => identity.putAccount(realm, spare)));

        await Promise.all(spares.map(({ subject }) => identity.setPassword(realm, subject, password)));
      }
    });

    it('may put an account, and set its password, while it is deleted', async () => {
      await using under = await start();
      const { identity, realm } = under;
      await identity.createRealm(realm, 'Acme');
      for (let round = 0; round < 10; round += 1) {
        await identity.putAccount(realm, { ...ada, displayName: `Ada ${round}` });
        const given = identity.setPassword(realm, ada.subject, password).then(
          () => 'set',
          ({ code }) => code,
        );
        await Promise.all([identity.putAccount(realm, { ...ada, enabled: false }), identity.deleteAccount(realm, ada.subject)]);
        expect(['set', 'USER_NOT_FOUND']).toContain(await given);
      }
    });

    it('fails with USER_NOT_FOUND to set the password of nobody', async () => {
      await using under = await withAda();
      const attempt = under.identity.setPassword(under.realm, 'nobody', password);
      await expect(attempt).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
    });

    it('gives an email to the account put last', async () => {
      await using under = await withAda();
      const { identity, realm } = under;

      await identity.putAccount(realm, { ...ada, subject: 'ada-2' });
      await identity.setPassword(realm, 'ada-2', password);

      await expect(signIn(under)).resolves.toMatchObject({ subject: 'ada-2' });
    });

    it('takes an email from nobody for an account that is not enabled', async () => {
      await using under = await withAda();
      const { identity, realm } = under;
      const spare = { ...ada, subject: 'ada-2', enabled: false };
      const another = 'another horse battery';

      await identity.putAccount(realm, spare);
      await identity.setPassword(realm, spare.subject, another);
      await identity.putAccount(realm, spare);
      await expect(signIn(under)).resolves.toMatchObject({ subject: 'ada-1' });

      await identity.putAccount(realm, { ...spare, enabled: true });
      await expect(identity.signIn(realm, { username: ada.email, password: another })).resolves.toMatchObject({ subject: 'ada-2' });
      await identity.deleteAccount(realm, spare.subject);
      await expect(signIn(under)).rejects.toMatchObject({ code: 'CREDENTIALS_INVALID' });
    });
  });
};
