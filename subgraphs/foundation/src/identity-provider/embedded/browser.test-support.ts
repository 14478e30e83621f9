import { createHash, randomBytes } from 'node:crypto';

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** As much of a browser as signing in needs: cookies by path, redirects one by one, forms. */
export class Browser {
  readonly cookies = new Map<string, Cookie>();

  async get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(url, { headers });
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.#send(url, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  /** Follows redirects while they stay on pages of the issuer; answers the first page, or where it is sent away to. */
  async follow(response: Response): Promise<{ readonly page: Response; readonly url: string; readonly away?: URL }> {
    let [page, url] = [response, response.url];
    for (let hops = 0; hops < 10; hops++) {
      const location = page.headers.get('location');
      if (!location) return { page, url };
      const next = new URL(location, url);
      if (!next.pathname.startsWith('/realms/')) return { page, url, away: next };
      url = next.href;
      page = await this.get(url);
    }
    throw new Error('redirects without end');
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, ...(cookie && { cookie }) } });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string) {
    const [pair = '', ...attributes] = line.split(/; */);
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=');
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    if (value) this.cookies.set(name, { value, path });
    else this.cookies.delete(name);
  }
}

/** An authorization request as the console makes it. */
export const aRequest = (issuer: string, origin: string, extra: Record<string, string> = {}) => {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = {
    client_id: 'plexica-console',
    redirect_uri: `${origin}/signed-in`,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  };
  return { verifier, url: `${issuer}/auth?${new URLSearchParams(parameters)}` };
};

interface TokenAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly expires_in: number;
  readonly error?: string;
}

/** Exchanges a code, or rotates a refresh token, as the console does. */
export const askForTokens = async (issuer: string, fields: Record<string, string>) => {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'plexica-console', ...fields }),
  });
  return { status: response.status, body: (await response.json()) as TokenAnswer };
};
