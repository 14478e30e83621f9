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

/** Encrypts small secrets (plugin credentials, configuration secrets, private keys) with the platform key, AES-256-GCM. */
export interface Vault {
  seal(plain: string): string;
  open(sealed: string): string;
}
