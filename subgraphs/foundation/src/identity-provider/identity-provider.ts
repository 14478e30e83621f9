/** Sign-in: accounts, passwords and tokens of each realm. A realm is a tenant's slug, or `plexica` for platform admins. */
export interface IdentityProvider {
  /** Where the realm's tokens come from; pure, answers for unknown realms too. */
  endpoints(realm: string): RealmEndpoints;
  /** Whether there is one of this name, whoever made it. */
  hasRealm(realm: string): Promise<boolean>;
  /** Idempotent: keys, clients (console: public with PKCE), audience. */
  createRealm(realm: string, name: string): Promise<void>;
  /** What people call the tenant, for the provider's own page. A realm that is gone has no name. */
  nameRealm(realm: string, name: string): Promise<void>;
  /** Removes accounts, sessions and keys too; idempotent. */
  deleteRealm(realm: string): Promise<void>;
  /**
   * Creates or updates the account of a user, by its subject. Without a password nobody can sign in to it yet. An enabled one takes its email
   * from any other account, since emails are kept unique elsewhere; one that is not enabled takes it from none.
   */
  putAccount(realm: string, account: Account): Promise<void>;
  setPassword(realm: string, subject: string, password: string): Promise<void>;
  deleteAccount(realm: string, subject: string): Promise<void>;
  /** Password sign-in for integrators. Fails with CREDENTIALS_INVALID or ACCOUNT_LOCKED. */
  signIn(realm: string, credentials: { readonly username: string; readonly password: string }): Promise<IssuedTokens>;
  /** Rotates: the token given is dead at once. Used twice it ends its session and fails with REFRESH_TOKEN_INVALID. */
  refresh(realm: string, refreshToken: string): Promise<IssuedTokens>;
  endSession(realm: string, session: string): Promise<void>;
  /** Rejects while it is away; absent where there is nothing that could be. */
  ping?(): Promise<void>;
  /** Ends every session of the account. */
  endSessions(realm: string, subject: string): Promise<void>;
  /**
   * Tells the policy who failed to sign in at the provider's own page, and which sessions ended there; each at least once, also what happened
   * while nobody watched. Any number of processes share the work. Answers how to stop.
   */
  watchSignIns(): () => Promise<void>;
}

export interface RealmEndpoints {
  /** Exactly the `iss` of the realm's tokens. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** Public client of the console. */
  readonly clientId: string;
  /** `aud` of access tokens meant for the gateway. */
  readonly audience: string;
}

export interface Account {
  readonly subject: string;
  readonly email: string;
  readonly displayName: string;
  readonly enabled: boolean;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
  readonly subject: string;
  /** Stays the same over refreshes; the `sid` of the access token. */
  readonly session: string;
}

/** What a provider asks and tells the rest of Plexica about sign-ins at its page. */
export interface SignInPolicy {
  /**
   * Throws a DomainError (TENANT_SUSPENDED, HOOK_VETOED, ...) when the account may not have a session now. Called with right credentials only,
   * and by the embedded issuer only: a session that begins at Keycloak is judged when its token is first met.
   */
  admit(realm: string, subject: string, session: string): Promise<void>;
  /** Somebody failed to sign in. */
  failed(realm: string, username: string, reason: string): Promise<void>;
  /** The provider itself ended a session: its refresh token was used twice, or its user signed out there. May be told more than once. */
  ended?(realm: string, session: string): Promise<void>;
}
