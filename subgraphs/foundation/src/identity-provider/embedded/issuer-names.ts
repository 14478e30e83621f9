import type { ResourceServer } from 'oidc-provider';
import type { RealmEndpoints } from '../identity-provider.ts';
import { accessTokenSeconds } from './tokens.ts';

/** Where a console receives the answers of the issuer, below each of its origins. */
export const consolePaths = {
  signedIn: ['/signed-in', '/signed-in/silent', '/signed-in/popup'],
  signedOut: ['/', '/signed-out'],
} as const;

/** The addresses and names of the issuer, all derived from the platform's URL. */
export interface IssuerNames {
  readonly clientId: string;
  readonly audience: string;
  /** Resource indicator of the one API that access tokens are for. */
  readonly resource: string;
  readonly resourceServer: ResourceServer;
  /** Origins that the console is served from. */
  readonly consoles: readonly string[];
  path(realm: string): string;
  issuer(realm: string): string;
  endpoints(realm: string): RealmEndpoints;
}

export const issuerNames = (url: string, consoles: readonly string[] = []): IssuerNames => {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const audience = 'plexica';
  const clientId = 'plexica-console';
  const path = (realm: string) => `${base}/realms/${realm}`;
  const issuer = (realm: string) => origin + path(realm);
  return {
    clientId,
    audience,
    resource: `${origin}${base}/graphql`,
    resourceServer: {
      audience,
      scope: 'graphql',
      accessTokenFormat: 'jwt',
      accessTokenTTL: accessTokenSeconds,
      jwt: { sign: { alg: 'RS256' } },
    },
    consoles: [...new Set([origin + base, ...consoles])],
    path,
    issuer,
    endpoints: (realm) => ({ issuer: issuer(realm), jwksUri: `${issuer(realm)}/jwks`, clientId, audience }),
  };
};
