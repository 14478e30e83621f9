/** What the gateway asserts about a caller towards one subgraph. The user's own token never travels. */
export interface Claims {
  /** The tenant called upon; null when a platform admin speaks to the platform itself. */
  readonly tenant: { readonly id: string; readonly slug: string } | null;
  /** The signed-in user; null for an anonymous call. */
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string } | null;
  /** The session of the user; `key.<id>` for an API key; null for an anonymous call. */
  readonly session: string | null;
  readonly roles: readonly string[];
  /** As far as the audience may know them: a plugin sees only what it was granted. */
  readonly permissions: readonly string[];
  /** Of the called plugin's installation; 0 for core subgraphs. A new number means: fetch the configuration again. */
  readonly configurationVersion: number;
  /** Added by `session.creating` filters. */
  readonly added: Readonly<Record<string, unknown>>;
}

export const anonymous: Claims = {
  tenant: null,
  user: null,
  session: null,
  roles: [],
  permissions: [],
  configurationVersion: 0,
  added: {},
};

/** Request header that carries the internal token. A client's own copy is dropped at the door. */
export const internalTokenHeader = 'plexica-token';
export const requestIdHeader = 'x-request-id';
/** Issuer of internal tokens. */
export const internalIssuer = 'plexica';
