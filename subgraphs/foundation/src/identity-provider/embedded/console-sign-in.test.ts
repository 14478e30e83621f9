import { DomainError } from '@plexica/plugin-kit';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { SignInPolicy } from '../identity-provider.ts';
import { aRequest, askForTokens, Browser } from './browser.test-support.ts';
import { anIssuer } from './embedded-issuer.test-support.ts';

const email = 'ada@acme.test';
const password = 'correct horse battery';

const anIssuerWithAda = async (policy: Partial<SignInPolicy> = {}) => {
  const under = await anIssuer({ policy: { admit: async () => {}, failed: async () => {}, ended: async () => {}, ...policy } });
  await under.identity.createRealm(under.realm, 'Acme');
  await under.identity.putAccount(under.realm, { subject: 'ada-1', email, displayName: 'Ada', enabled: true });
  await under.identity.setPassword(under.realm, 'ada-1', password);
  const { issuer, jwksUri, audience } = under.identity.endpoints(under.realm);
  return Object.assign(under, { issuer, jwksUri, audience });
};

type Issuer = Awaited<ReturnType<typeof anIssuerWithAda>>;

const openPage = async (browser: Browser, { issuer, url }: Issuer, extra?: Record<string, string>) => {
  const request = aRequest(issuer, url, extra);
  return { ...(await browser.follow(await browser.get(request.url))), verifier: request.verifier };
};

const signIn = async (browser: Browser, under: Issuer, extra?: Record<string, string>) => {
  const form = await openPage(browser, under, extra);
  const { away } = await browser.follow(await browser.post(form.url, { email, password }));
  const code = away?.searchParams.get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, redirect_uri: `${under.url}/signed-in`, code_verifier: form.verifier };
  return { away, fields, ...(await askForTokens(under.issuer, fields)) };
};

describe('signing in from the console', () => {
  it('ends with a token of the realm for the gateway, whose session the policy admitted', async () => {
    const admitted: string[] = [];
    await using under = await anIssuerWithAda({ admit: async (_realm, _subject, session) => void admitted.push(session) });

    const { body, away } = await signIn(new Browser(), under);

    expect(away?.href).toContain(`${under.url}/signed-in?code=`);
    const { payload } = await jwtVerify(body.access_token, createRemoteJWKSet(new URL(under.jwksUri)), {
      issuer: under.issuer,
      audience: under.audience,
      algorithms: ['RS256'],
    });
    expect(payload).toMatchObject({ sub: 'ada-1', sid: admitted[0] });
    expect(body).toMatchObject({ expires_in: 300, refresh_token: expect.any(String) });
    expect(decodeJwt(body.id_token)).toMatchObject({ email, name: 'Ada' });
    expect(admitted).toHaveLength(1);
  });

  it('asks for the password once per browser and keeps the session', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    const first = await signIn(browser, under);

    const again = aRequest(under.issuer, under.url, { prompt: 'none' });
    const { away } = await browser.follow(await browser.get(again.url));
    const second = await askForTokens(under.issuer, {
      grant_type: 'authorization_code',
      code: away?.searchParams.get('code') ?? '',
      redirect_uri: `${under.url}/signed-in`,
      code_verifier: again.verifier,
    });

    expect(decodeJwt(second.body.access_token).sid).toBe(decodeJwt(first.body.access_token).sid);
  });

  it('needs the PKCE verifier, and takes a code once', async () => {
    await using under = await anIssuerWithAda();
    const { fields } = await signIn(new Browser(), under);
    const withoutPkce = await fetch(aRequest(under.issuer, under.url, { code_challenge: '' }).url, { redirect: 'manual' });

    expect(new URL(withoutPkce.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');
    expect((await askForTokens(under.issuer, fields)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await askForTokens(under.issuer, { ...fields, code_verifier: 'x'.repeat(43) })).status).toBe(400);
  });

  it('never redirects to a foreign address', async () => {
    await using under = await anIssuerWithAda();
    const response = await fetch(aRequest(under.issuer, 'https://evil.test').url, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });
});

describe('refreshing from the console', () => {
  it('rotates, and a second use ends the session everywhere', async () => {
    const ended: string[] = [];
    await using under = await anIssuerWithAda({ ended: async (_realm, session) => void ended.push(session) });
    const browser = new Browser();
    const { body } = await signIn(browser, under);
    const refresh = (token: string) => askForTokens(under.issuer, { grant_type: 'refresh_token', refresh_token: token });
    const rotated = await refresh(body.refresh_token);
    expect(decodeJwt(rotated.body.access_token).sid).toBe(decodeJwt(body.access_token).sid);

    expect((await refresh(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });

    expect((await refresh(rotated.body.refresh_token)).status).toBe(400);
    expect(ended).toEqual([decodeJwt(body.access_token).sid]);
    const silent = await browser.follow(await browser.get(aRequest(under.issuer, under.url, { prompt: 'none' }).url));
    expect(silent.away?.searchParams.get('error')).toBe('login_required');
  });

  it('is over when the session was ended elsewhere, and the browser signs in anew', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    const { body } = await signIn(browser, under);
    const session = String(decodeJwt(body.access_token).sid);

    await under.identity.endSession(under.realm, session);

    expect((await askForTokens(under.issuer, { grant_type: 'refresh_token', refresh_token: body.refresh_token })).status).toBe(400);
    const silent = await browser.follow(await browser.get(aRequest(under.issuer, under.url, { prompt: 'none' }).url));
    expect(silent.away?.searchParams.get('error')).toBe('login_required');
    const anew = await signIn(browser, under);
    expect(decodeJwt(anew.body.access_token).sid).not.toBe(session);
  });
});

describe('signing out at the issuer', () => {
  it('ends the session and comes back to the console', async () => {
    const ended: string[] = [];
    await using under = await anIssuerWithAda({ ended: async (_realm, session) => void ended.push(session) });
    const browser = new Browser();
    const { body } = await signIn(browser, under);
    const query = new URLSearchParams({ id_token_hint: body.id_token, post_logout_redirect_uri: `${under.url}/signed-out` });
    const page = await (await browser.get(`${under.issuer}/session/end?${query}`)).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';

    const { away } = await browser.follow(await browser.post(`${under.issuer}/session/end/confirm`, { xsrf, logout: 'yes' }));

    expect(away?.href).toBe(`${under.url}/signed-out`);
    expect(ended).toEqual([decodeJwt(body.access_token).sid]);
    expect((await askForTokens(under.issuer, { grant_type: 'refresh_token', refresh_token: body.refresh_token })).status).toBe(400);
  });
});

describe('the sign-in page', () => {
  it('speaks Italian where it is preferred, shows the tenant, and may do nothing but what it shows', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    const { url } = await openPage(browser, under);

    const page = await browser.get(url, { 'accept-language': 'it-IT,it;q=0.9,en;q=0.5' });

    const html = await page.text();
    expect(html).toContain('<html lang="it">');
    expect(html).toContain('Accedi a</small> The &lt;acme-corp&gt; Company');
    expect(html).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('keeps the typed email after a failed attempt and tells the policy', async () => {
    const failures: unknown[] = [];
    await using under = await anIssuerWithAda({ failed: async (...failure) => void failures.push(failure) });
    const browser = new Browser();
    const { url } = await openPage(browser, under);

    const page = await browser.post(url, { email: '"><b>ada', password: 'wrong' });

    const html = await page.text();
    expect(page.status).toBe(401);
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;ada"');
    expect(html).toContain('role="alert"');
    expect(failures).toEqual([[under.realm, '"><b>ada', 'CREDENTIALS_INVALID']]);
  });

  it('tells right credentials alone that the tenant is suspended', async () => {
    await using under = await anIssuerWithAda({
      admit: async () => {
        throw new DomainError('TENANT_SUSPENDED');
      },
    });
    const browser = new Browser();
    const { url } = await openPage(browser, under);

    expect(await (await browser.post(url, { email, password })).text()).toContain('This tenant is suspended.');
    expect(await (await browser.post(url, { email, password: 'wrong' })).text()).toContain('Email or password is wrong.');
  });

  it('says that an account is locked', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    const { url } = await openPage(browser, under);
    for (let attempt = 0; attempt < 5; attempt++) await browser.post(url, { email, password: 'wrong' });

    const page = await browser.post(url, { email, password });

    expect(page.status).toBe(429);
    expect(await page.text()).toContain('Too many failed attempts.');
  });

  it('refuses a form that another browser opened', async () => {
    await using under = await anIssuerWithAda();
    const { url } = await openPage(new Browser(), under);

    const page = await new Browser().post(url, { email, password });

    expect(page.status).toBe(400);
    expect(await page.text()).toContain('Start again.');
  });

  it('lets 60 people sign in from one address in a minute and stops at a flood', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    const { url } = await openPage(browser, under);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 125; attempt++) {
      statuses.push((await browser.post(url, { email: `nobody-${attempt}@acme.test`, password: 'x' })).status);
    }
    expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
  });

  it('does not exist for an unknown realm, and its cookies belong to one realm', async () => {
    await using under = await anIssuerWithAda();
    const browser = new Browser();
    await signIn(browser, under);

    for (const path of ['.well-known/openid-configuration', 'jwks', 'auth', 'sign-in/x']) {
      expect((await fetch(`${under.url}/realms/nowhere/${path}`)).status).toBe(404);
    }
    expect([...browser.cookies.values()].every(({ path }) => path.startsWith('/realms/acme-corp'))).toBe(true);
  });
});
