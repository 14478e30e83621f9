import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js';
import type { ErrorCode } from '@plexica/schema';
import { loginClient } from './keycloak-address.ts';

/** The client's own type lacks the id. */
export type LoggedEvent = EventRepresentation & { readonly id?: string };

/** What each realm keeps in its log. */
export const eventTypes = ['LOGIN_ERROR', 'LOGOUT', 'REFRESH_TOKEN_ERROR'] as const;

type Meaning =
  | { readonly kind: 'failed'; readonly username: string; readonly reason: ErrorCode }
  | { readonly kind: 'ended'; readonly session: string };

/** What an event is to Plexica; nothing, where nobody failed and nothing ended. */
export const meaningOf = (event: LoggedEvent): Meaning | undefined => (event.type === 'LOGIN_ERROR' ? failureOf(event) : endOf(event));

const reasons: Partial<Record<string, ErrorCode>> = {
  invalid_user_credentials: 'CREDENTIALS_INVALID',
  user_not_found: 'CREDENTIALS_INVALID',
  user_disabled: 'CREDENTIALS_INVALID',
  user_temporarily_disabled: 'ACCOUNT_LOCKED',
};

/** A page left open too long is nobody's failure; attempts of the login client are known to who made them. */
const failureOf = ({ clientId, error = '', details }: LoggedEvent): Meaning | undefined => {
  const reason = reasons[error];
  const username: unknown = details?.username;
  if (!reason || typeof username !== 'string' || clientId === loginClient) return undefined;
  return { kind: 'failed', username, reason };
};

/** Somebody signed out at Keycloak, or a refresh token was used twice: that detaches one client there, and ends the session here. */
const endOf = ({ type, sessionId, details }: LoggedEvent): Meaning | undefined =>
  sessionId && (type === 'LOGOUT' || isReuse(details?.reason)) ? { kind: 'ended', session: sessionId } : undefined;

/** In Keycloak's words. */
export const isReuse = (reason: unknown): boolean => typeof reason === 'string' && /reuse exceeded/i.test(reason);
