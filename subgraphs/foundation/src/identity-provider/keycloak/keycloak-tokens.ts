import { createHmac } from 'node:crypto';
import { DomainError, isDomainError } from '@plexica/plugin-kit';
import { decodeJwt } from 'jose';
import type { IssuedTokens } from '../identity-provider.ts';
import { type KeycloakAddress, loginClient, realmName } from './keycloak-address.ts';
import { unknownCredentials, unreachable } from './keycloak-admin.ts';
import { isReuse } from './logged-event.ts';
import { persistently } from './persistently.ts';

interface TokenDeps {
  readonly address: Pick<KeycloakAddress, 'url'>;
  readonly loginSecret: (realm: string) => string;
}

interface Refused {
  readonly error?: string;
  readonly error_description?: string;
}

const patienceMs = 10_000;

/** Secret of a realm's login client: every process knows it, and nobody has to keep it. */
export const loginSecretOf =
  (platformKey: string) =>
  (realm: string): string =>
    createHmac('sha256', platformKey).update(`keycloak.login.${realm}`).digest('base64url');

export type KeycloakTokens = ReturnType<typeof createKeycloakTokens>;

/** The token endpoint of each realm, as the login client. */
export const createKeycloakTokens = ({ address, loginSecret }: TokenDeps) => {
  const ask = async (realm: string, parameters: Record<string, string>): Promise<IssuedTokens | Refused> => {
    const response = await fetch(`${address.url}/realms/${realmName(realm)}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: loginClient, client_secret: loginSecret(realm), ...parameters }),
      signal: AbortSignal.timeout(patienceMs),
    }).catch(away);
    if (response.status >= 500) throw unreachable(new Error(`Keycloak answered ${response.status}.`));
    if (!response.ok) return (await response.json().catch(() => ({}))) as Refused;
    const body = (await response.json().catch(away)) as Record<string, unknown>;
    const accessToken = String(body.access_token);
    const { sub = '', sid, exp = 0, iat = 0 } = decodeJwt<{ sid?: string }>(accessToken);
    return {
      accessToken,
      refreshToken: String(body.refresh_token),
      // Keycloak's own `expires_in` is a second less where one went by while it answered.
      expiresIn: exp - iat,
      subject: sub,
      session: String(sid),
    };
  };

  return {
    /** Fails with CREDENTIALS_INVALID. */
    async byPassword(realm: string, username: string, password: string): Promise<IssuedTokens> {
      const answer = await persistently(() => ask(realm, { grant_type: 'password', scope: 'openid', username, password }), broke);
      if ('accessToken' in answer) return answer;
      throw unknownCredentials();
    },
    /** Fails with REFRESH_TOKEN_INVALID; `reused` hears of a token that was used before. */
    async byRefreshToken(realm: string, refreshToken: string, reused: (session: string) => Promise<void>): Promise<IssuedTokens> {
      const answer = await ask(realm, { grant_type: 'refresh_token', refresh_token: refreshToken });
      if ('accessToken' in answer) return answer;
      if (isReuse(answer.error_description)) await reused(sessionIn(refreshToken));
      throw new DomainError('REFRESH_TOKEN_INVALID');
    },
  };
};

const away = (cause: unknown): never => {
  throw unreachable(cause);
};

/** Whether the line or Keycloak broke; who was silent took long enough already. */
const broke = (error: unknown): boolean => isDomainError(error) && (error.cause as Error | undefined)?.name !== 'TimeoutError';

// Keycloak has verified it; it only refuses to take it twice.
const sessionIn = (refreshToken: string): string => String(decodeJwt<{ sid?: string }>(refreshToken).sid ?? '');
