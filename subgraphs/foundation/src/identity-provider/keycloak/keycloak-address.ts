import { platformRealm } from '@plexica/schema';
import type { RealmEndpoints } from '../identity-provider.ts';

/** Where Keycloak is, and as whom we manage it. */
export interface KeycloakAddress {
  /** Without a trailing slash. */
  readonly url: string;
  /** Service client in the realm `master`. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** `keycloak+http(s)://client:secret@host[:port][/path]` */
export const readKeycloakUrl = (url: string): KeycloakAddress => {
  const address = new URL(url.replace(/^keycloak\+/, ''));
  const { username, password, origin, pathname } = address;
  return {
    url: `${origin}${pathname.replace(/\/$/, '')}`,
    clientId: decodeURIComponent(username),
    clientSecret: decodeURIComponent(password),
  };
};

/** Name of a realm there: tenants share the server with others. */
export const realmName = (realm: string): string => (realm === platformRealm ? realm : `plexica-${realm}`);

export const audience = 'plexica';
export const consoleClient = 'plexica-console';
/** Password sign-in for integrators; its secret never leaves the platform. */
export const loginClient = 'plexica-login';

export const keycloakEndpoints = ({ url }: Pick<KeycloakAddress, 'url'>, realm: string): RealmEndpoints => {
  const issuer = `${url}/realms/${realmName(realm)}`;
  return { issuer, jwksUri: `${issuer}/protocol/openid-connect/certs`, clientId: consoleClient, audience };
};
