import { platformRealm } from '@plexica/schema';
import type { RealmEndpoints } from '../identity-provider.ts';

/** Where Keycloak is, and as whom we manage it. */
export interface KeycloakAddress {
  /** Without a trailing slash. */
  readonly url: string;
  /** Service client in the realm `master`. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where browsers reach it, and what its tokens therefore name: the same address unless told. */
  readonly publicUrl: string;
}

/** `keycloak+http(s)://client:secret@host[:port][/path][?public=https://host[/path]]` */
export const readKeycloakUrl = (url: string): KeycloakAddress => {
  const address = new URL(url.replace(/^keycloak\+/, ''));
  const { username, password, origin, pathname, searchParams } = address;
  const here = `${origin}${pathname.replace(/\/$/, '')}`;
  return {
    url: here,
    publicUrl: searchParams.get('public')?.replace(/\/$/, '') ?? here,
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

export const keycloakEndpoints = ({ url, publicUrl }: Pick<KeycloakAddress, 'url' | 'publicUrl'>, realm: string): RealmEndpoints => {
  const path = `/realms/${realmName(realm)}`;
  const jwksUri = `${url}${path}/protocol/openid-connect/certs`;
  return { issuer: `${publicUrl}${path}`, jwksUri, clientId: consoleClient, audience };
};
