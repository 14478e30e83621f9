import { DomainError } from '@plexica/plugin-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../../foundation/src/identity-provider/embedded/browser.test-support.ts';
import { exchangeCode, signInAtPage } from '../../../foundation/src/identity-provider/sign-in-page.test-support.ts';
import { type anIdentity, loginMutation, password } from '../../test/an-identity.ts';

/** The identity subgraph on one provider, whose pages are reachable over HTTP. */
export interface SignInWorld extends AsyncDisposable {
  readonly world: Awaited<ReturnType<typeof anIdentity>>;
  readonly consoleUrl: string;
}

/** What holds of signing in to a tenant, whichever provider keeps the accounts. */
export const signInContract = (name: string, start: () => Promise<SignInWorld>): void => {
  let under: SignInWorld;
  let world: SignInWorld['world'];
  let stopWatching: () => Promise<void>;
  beforeAll(async () => {
    under = await start();
    world = under.world;
    stopWatching = world.identity.watchSignIns();
  });
  afterAll(async () => {
    await stopWatching();
    await under[Symbol.asyncDispose]();
  });

  const email = (user: string) => `${user}@acme-corp.test`;
  const login = async (username: string, secret = password) =>
    (await world.anonymously(loginMutation, { input: { tenantSlug: 'acme-corp', username, password: secret } })) as LoginAnswer;
  /** At the console; no token where the provider itself refused. */
  const atConsole = async (user: string, secret = password, browser = new Browser()): Promise<string | undefined> => {
    const { issuer } = world.identity.endpoints('acme-corp');
    const back = await signInAtPage({ issuer, consoleUrl: under.consoleUrl }, { username: email(user), password: secret }, { browser });
    if (!back.away?.searchParams.get('code')) return undefined;
    return (await exchangeCode(back, { code_verifier: back.verifier })).body.access_token;
  };
  const claimsOf = async (token: string | undefined) => (token ? world.claimsOf(token) : undefined);
  const since = async (event: 'user.signed-in' | 'user.sign-in-failed') => {
    const before = (await world.eventsOf(world.acme, event)).length;
    return async () => (await world.eventsOf(world.acme, event)).slice(before);
  };

  describe(`signing in at the console, ${name}`, () => {
    it('counts as one sign-in however often its token is met, and carries the user’s roles', async () => {
      const signedIn = await since('user.signed-in');

      const token = await atConsole('user');
      const claims = await Promise.all([claimsOf(token), claimsOf(token), claimsOf(token)]);

      expect(claims[0]).toMatchObject({ tenant: { slug: 'acme-corp' }, user: { email: email('user') }, roles: ['user'] });
      expect(await signedIn()).toEqual([expect.objectContaining({ sessionId: claims[0]?.session })]);
    });

    it('is for a filter to veto, which fails it once and for good; the same browser may try again', async () => {
      const [signedIn, failed] = [await since('user.signed-in'), await since('user.sign-in-failed')];
      const browser = new Browser();
      world.useFilters({
        run: () => Promise.reject(new DomainError('HOOK_VETOED', { details: { plugin: 'crm', pluginCode: 'CRM_CLOSED' } })),
      });
      const vetoed = await atConsole('guest', password, browser);
      const claims = await Promise.all([claimsOf(vetoed), claimsOf(vetoed)]);
      world.useFilters({ run: async (_name, payload) => ({ ...payload, claims: { region: 'eu' } }) });

      expect(claims.map((found) => found?.user ?? null)).toEqual([null, null]);
      expect((await claimsOf(vetoed))?.user ?? null).toBeNull();
      expect(await failed()).toEqual([{ username: email('guest'), reason: 'HOOK_VETOED' }]);
      expect(await signedIn()).toEqual([]);
      const admitted = await claimsOf(await atConsole('guest', password, browser));
      world.useFilters({ run: async (_name, payload) => payload });
      expect(admitted).toMatchObject({ user: { email: email('guest') }, added: { region: 'eu' } });
      expect(await signedIn()).toHaveLength(1);
    });

    it('that fails is written down once', async () => {
      const failed = await since('user.sign-in-failed');
      expect(await atConsole('user', 'wrong')).toBeUndefined();
      expect(await atConsole('nobody', 'wrong')).toBeUndefined();
      const both = ['user', 'nobody'].map((user) => ({ username: email(user), reason: 'CREDENTIALS_INVALID' }));
      await expect.poll(failed, { timeout: 20_000 }).toEqual(both);
    });
  });

  describe(`signing in as a program, ${name}`, () => {
    it('counts as one sign-in, or as one failure', async () => {
      const [signedIn, failed] = [await since('user.signed-in'), await since('user.sign-in-failed')];

      const user = await world.signIn(world.acme, 'user');
      await user.claims();
      await login(email('user'), 'wrong');

      expect(await signedIn()).toHaveLength(1);
      expect(await failed()).toEqual([{ username: email('user'), reason: 'CREDENTIALS_INVALID' }]);
    });

    it('is over everywhere with logging out, or with a refresh token used twice', async () => {
      const [laptop, phone] = [await world.signIn(world.acme, 'user'), await world.signIn(world.acme, 'user')];
      const refresh = async (token: string) =>
        (await world.anonymously(refreshMutation, { token })).data.refreshSession.session as { refreshToken: string } | null;

      await laptop.ask('mutation { logout { userErrors { code } } }');
      const next = await refresh(phone.refreshToken);
      const again = await refresh(phone.refreshToken);

      expect([await refresh(laptop.refreshToken), again, await refresh(next?.refreshToken ?? '')]).toEqual([null, null, null]);
      expect([(await laptop.claims()).user, (await phone.claims()).user]).toEqual([null, null]);
    });

    it('tells right credentials alone that the tenant is suspended; its realm stays as it is', async () => {
      world.tenants.set('acme-corp', { ...world.acme, status: 'SUSPENDED' });
      const [right, wrong] = [await login(email('user')), await login(email('user'), 'wrong')];
      world.tenants.set('acme-corp', world.acme);

      expect(right.codes).toEqual(['TENANT_SUSPENDED']);
      expect(wrong.data.login.userErrors).toMatchObject([{ code: 'CREDENTIALS_INVALID' }]);
      expect((await login(email('user'))).data.login.userErrors).toEqual([]);
    });

    it('is for enabled users, with the password set last', async () => {
      const [admin, guest] = [await world.signIn(world.acme), await world.signIn(world.acme, 'guest')];
      const change = async (mutation: string, more = '') =>
        admin.ask(`mutation { ${mutation}(input: { id: "${guest.id}" ${more} }) { userErrors { code } } }`);
      const codes = async (secret: string) => (await login(email('guest'), secret)).data.login.userErrors.map(({ code }) => code);

      await change('disableUser');
      const disabled = await codes(password);
      await change('enableUser');
      await change('setPassword', 'password: "another one, longer"');

      expect(disabled).toEqual(['CREDENTIALS_INVALID']);
      expect((await guest.claims()).user).toBeNull();
      expect([await codes(password), await codes('another one, longer')]).toEqual([['CREDENTIALS_INVALID'], []]);
    });

    it('goes on with the password that was set by the link of a reset, which ends every session', async () => {
      const [admin, user] = [await world.signIn(world.acme), await world.signIn(world.acme, 'user')];
      const secret = 'a forgotten one, longer';

      await admin.ask(`mutation { sendPasswordReset(input: { id: "${user.id}" }) { userErrors { code } } }`);
      const token = world.mails.at(-1)?.text.match(/token=(\S+)/)?.[1];
      const use = `mutation { acceptInvitation(input: { token: "${token}", password: "${secret}" }) { session { accessToken } userErrors { code } } }`;
      const { session, userErrors } = (await world.anonymously(use)).data.acceptInvitation;

      expect(userErrors).toEqual([]);
      expect([(await user.claims()).user, (await world.claimsOf(session.accessToken)).user?.email]).toEqual([null, email('user')]);
      expect((await login(email('user'))).data.login.userErrors).toMatchObject([{ code: 'CREDENTIALS_INVALID' }]);
      expect((await login(email('user'), secret)).data.login.userErrors).toEqual([]);
    });
  });
};

const refreshMutation = 'mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { session { refreshToken } } }';

interface LoginAnswer {
  readonly data: { readonly login: { readonly userErrors: readonly { readonly code: string }[] } };
  readonly codes: readonly string[] | undefined;
}
