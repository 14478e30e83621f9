import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** What a token says, where it differs from a good one. */
export interface TokenClaims {
  readonly issuer?: string;
  readonly audience?: string | readonly string[];
  readonly subject?: string;
  readonly session?: string | null;
  /** From now. */
  readonly expiresInSeconds?: number;
  /** From now. */
  readonly notBeforeInSeconds?: number;
  /** Beside the algorithm and the key. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly kid?: string;
  /** Signs in place of the realm's own key. */
  readonly key?: CryptoKey;
}

/** An issuer of access tokens with a realm per tenant, as far as the gateway sees one: its tokens, and its keys over HTTP. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  /** Fetches of keys so far, by realm. */
  readonly fetches: Map<string, number>;
  realm(slug: string): { readonly issuer: string; readonly jwksUri: string; readonly audience: string };
  token(realm: string, claims?: TokenClaims): Promise<string>;
  publicKey(realm: string): Promise<JWK>;
  /** From now on tokens are signed by a new key. */
  rotate(realm: string): void;
  /** Answers nothing until it is called again with true. */
  answering(answers: boolean): void;
}

export const audience = 'plexica-api';

export const startIssuer = async (): Promise<TestIssuer> => {
  const realms = new Map<string, Promise<{ kid: string; privateKey: CryptoKey; jwk: JWK }>>();
  const fetches = new Map<string, number>();
  let answers = true;
  let made = 0;
  const keysOf = (slug: string) => {
    const known = realms.get(slug) ?? makeKeys(`${slug}-${made++}`);
    realms.set(slug, known);
    return known;
  };
  const server = createServer(async (request, response) => {
    const slug = request.url?.match(/^\/realms\/([^/]+)\/jwks$/)?.[1] ?? '';
    fetches.set(slug, (fetches.get(slug) ?? 0) + 1);
    if (!answers) return response.destroy();
    const { jwk } = await keysOf(slug);
    return response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const realm = (slug: string) => ({ issuer: `${url}/realms/${slug}`, jwksUri: `${url}/realms/${slug}/jwks`, audience });
  return {
    url,
    fetches,
    realm,
    async token(slug, claims = {}) {
      const { kid, privateKey } = await keysOf(slug);
      const now = Math.floor(Date.now() / 1000);
      const session = claims.session === null ? {} : { sid: claims.session ?? 'session-1' };
      return new SignJWT(session)
        .setProtectedHeader({ alg: 'RS256', kid: claims.kid ?? kid, ...claims.header })
        .setIssuer(claims.issuer ?? realm(slug).issuer)
        .setAudience((claims.audience ?? audience) as string | string[])
        .setSubject(claims.subject ?? 'user-1')
        .setIssuedAt(now)
        .setNotBefore(now + (claims.notBeforeInSeconds ?? 0))
        .setExpirationTime(now + (claims.expiresInSeconds ?? 300))
        .sign(claims.key ?? privateKey);
    },
    publicKey: async (slug) => (await keysOf(slug)).jwk,
    rotate: (slug) => void realms.delete(slug),
    answering(value) {
      answers = value;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const makeKeys = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
};
