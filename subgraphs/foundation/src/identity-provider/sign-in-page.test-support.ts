import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './embedded/browser.test-support.ts';

interface SignInPage {
  readonly issuer: string;
  /** Where the console is. */
  readonly consoleUrl: string;
}

interface Discovered {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint: string;
}

interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly error?: string;
}

/** The endpoints of an issuer, as the console finds them. */
export const discover = async (issuer: string): Promise<Discovered> =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Discovered;

/** Opens the page as the console sends a person there, any provider's, and types. Where the person ends up, with what exchanges the code. */
export const signInAtPage = async (
  { issuer, consoleUrl }: SignInPage,
  { username, password }: { username: string; password: string },
  { pkce = true, browser = new Browser() } = {},
) => {
  const { authorization_endpoint, token_endpoint } = await discover(issuer);
  const verifier = randomBytes(32).toString('base64url');
  const request = {
    client_id: 'plexica-console',
    redirect_uri: `${consoleUrl}/signed-in`,
    response_type: 'code',
    scope: 'openid',
    state: 'state-1',
    ...(pkce && { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' }),
  };
  const opened = await browser.follow(await browser.get(`${authorization_endpoint}?${new URLSearchParams(request)}`));
  const exchange = { token_endpoint, verifier, redirect_uri: request.redirect_uri };
  if (opened.away) return { ...exchange, away: opened.away, html: '' };
  const { action, user } = formIn(await opened.page.text(), opened.url);
  const { away, page } = await browser.follow(await browser.post(action, { [user]: username, password }));
  return { ...exchange, away, html: away ? '' : await page.text() };
};

/** Exchanges a code as the console does, without any secret. */
export const exchangeCode = async (
  { away, token_endpoint, redirect_uri }: { away?: URL | undefined; token_endpoint: string; redirect_uri: string },
  more: Record<string, string>,
) => {
  const code = away?.searchParams.get('code') ?? '';
  const fields = { client_id: 'plexica-console', grant_type: 'authorization_code', code, redirect_uri, ...more };
  const response = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, body: (await response.json()) as TokenAnswer };
};

/** Leaves as the console sends a person away, in the browser they came with. */
export const signOutAtPage = async ({ issuer, consoleUrl }: SignInPage, browser: Browser, idToken: string): Promise<URL | undefined> => {
  const { end_session_endpoint } = await discover(issuer);
  const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${consoleUrl}/signed-out` });
  const { away, page } = await browser.follow(await browser.get(`${end_session_endpoint}?${query}`));
  const xsrf = away ? undefined : /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1];
  if (!xsrf) return away;
  // The embedded issuer sends a form that submits itself.
  return (await browser.follow(await browser.post(`${end_session_endpoint}/confirm`, { xsrf, logout: 'yes' }))).away;
};

const formIn = (html: string, url: string): { readonly action: string; readonly user: string } => {
  const action = html.match(/<form[^>]*\baction="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&');
  const user = /name="email"/.test(html) ? 'email' : 'username';
  return { action: action ? new URL(action, url).href : url, user };
};
