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
  return { status: response.status, body: (await response.json()) as { access_token: string; error?: string } };
};

const formIn = (html: string, url: string): { readonly action: string; readonly user: string } => {
  const action = html.match(/<form[^>]*\baction="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&');
  const user = /name="email"/.test(html) ? 'email' : 'username';
  return { action: action ? new URL(action, url).href : url, user };
};
