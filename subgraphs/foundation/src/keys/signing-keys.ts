/** The platform's own Ed25519 keys: internal tokens and hook deliveries are signed with them. Kept in the database, wrapped by the platform key. */
export interface SigningKeys {
  /** A JWS with `iss` plexica, for one audience. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    options: { readonly audience: string; readonly expiresInSeconds: number },
  ): Promise<string>;
  /** Public keys, as served under `/.well-known/jwks.json`. */
  jwks(): Promise<{ keys: readonly Record<string, unknown>[] }>;
}

/** The same where they are kept. */
export interface StoredSigningKeys extends SigningKeys {
  /** The key, wrapped: for a process without the database that holds the platform key too. */
  sealed(): Promise<SealedSigningKey>;
}

export interface SealedSigningKey {
  readonly id: string;
  readonly publicJwk: Record<string, unknown>;
  readonly privateSealed: string;
}

/** Encrypts small secrets (plugin credentials, configuration secrets, private keys) with the platform key, AES-256-GCM. */
export interface Vault {
  seal(plain: string): string;
  open(sealed: string): string;
}
