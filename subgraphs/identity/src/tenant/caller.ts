import type { TenantKey } from '@plexica/foundation/database';
import { type Claims, DomainError } from '@plexica/plugin-kit';
import { grants } from '@plexica/schema';
import { keyOfSession } from '../api-key/api-key-secret.ts';
import { tenantOf } from './tenant-state.ts';

/** Whoever made this request, and what they may hand on. */
export class Caller {
  readonly #claims: Claims;

  constructor(claims: Claims) {
    this.#claims = claims;
  }

  get tenant(): TenantKey {
    return tenantOf(this.#claims);
  }

  get userId(): string {
    if (!this.#claims.user) throw new DomainError('UNAUTHENTICATED');
    return this.#claims.user.id;
  }

  get session(): string | null {
    return this.#claims.session;
  }

  /** A key makes no keys: revoking it must end all that came of it. */
  mustBePerson(): void {
    if (keyOfSession(this.session ?? '')) throw new DomainError('FORBIDDEN', { message: 'An API key can’t do this: sign in.' });
  }

  is(userId: string): boolean {
    return this.#claims.user?.id === userId;
  }

  may(permission: string): boolean {
    return grants(this.#claims.permissions, permission);
  }

  mustHave(permission: string): void {
    if (!this.may(permission)) throw new DomainError('FORBIDDEN', { message: `This needs the permission ${permission}.` });
  }

  /** Nobody grants, or takes control of, what they don't hold themselves. */
  mustHold(permissions: readonly string[]): void {
    const missing = permissions.find((permission) => !holds(this.#claims.permissions, permission));
    if (missing) throw new DomainError('FORBIDDEN', { message: `You do not hold the permission ${missing} yourself.` });
  }
}

// A wildcard is held by the same wildcard or by everything, never by a wildcard one level up that names other things.
const holds = (held: readonly string[], wanted: string) =>
  held.includes('*') || held.includes(wanted) || (!wanted.includes('*') && grants(held, wanted));
