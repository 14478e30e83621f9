/** What the gateway knows about the world, through one interface: in process when embedded, authenticated internal HTTP otherwise. */
export interface Directory {
  /** Undefined for a tenant that does not exist or is deleted. The slug `plexica` is the platform itself. */
  tenant(slug: string): Promise<TenantRecord | undefined>;
  /** Of a verified token. Opens the session on first sight: `session.creating` runs and `user.signed-in` is recorded before the answer. */
  principal(identity: VerifiedIdentity): Promise<PrincipalRecord | undefined>;
  /** Of an API key, by the SHA-256 of its secret; undefined for one that is unknown, revoked or expired, or whose owner may not sign in. */
  apiKey(realm: string, secretHash: string): Promise<KeyRecord | undefined>;
  /** Of all active tenants together: what a preflight goes by that names none. */
  allowedOrigins(): Promise<readonly string[]>;
  /** Hash of the core without plugins, for callers without a token and without a tenant. */
  publicSupergraph(): Promise<string>;
  /** The composed supergraph of a plugin set; immutable, so it may be cached for good. */
  supergraph(hash: string): Promise<SupergraphRecord | undefined>;
  /** The texts that a client of a tenant registered, by their SHA-256; immutable, so it may be cached for good. Undefined for one that was replaced. */
  clientManifest(digest: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** What the UI of a plugin's version asks, as `clientManifest`, by the digest of an active plugin. */
  pluginOperations(digest: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Keeps which operations users asked; rejects where none of it could be kept. */
  recordUsage(usages: readonly OperationUsage[]): Promise<void>;
  /** Calls back on every change that may outdate an answer given before. Returns the unsubscribe function. */
  onChange(listener: (change: DirectoryChange) => void): () => void;
}

export interface TenantRecord {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: 'PROVISIONING' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_DELETION' | 'DELETED' | 'FAILED';
  /** Where tokens of this tenant come from, exactly as in `iss`. */
  readonly issuer: string;
  readonly jwksUri: string;
  /** `aud` that access tokens must carry. */
  readonly audience: string;
  /** Hash of the plugin set that is active, for the tenant's own audience (`platform` for the platform itself). */
  readonly supergraph: string;
  /** ISO time of the last switch. */
  readonly switchedAt: string;
  /** Where front ends of this tenant live besides Plexica's own, as browsers write it: `https://shop.example`. */
  readonly allowedOrigins: readonly string[];
  /** Only operations that a client registered may be asked. */
  readonly registeredOnly: boolean;
  /** Digests of what clients registered, by the client's name. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Active installations by plugin id. */
  readonly plugins: Readonly<Record<string, ActivePlugin>>;
}

export interface ActivePlugin {
  readonly version: string;
  /** GraphQL endpoint of the registered service. */
  readonly url: string;
  readonly configurationVersion: number;
  readonly grantedScopes: readonly string[];
  /** Names the content of the version, what its UI asks included; absent until its tenant was switched once by this release. */
  readonly digest?: string;
}

export interface VerifiedIdentity {
  readonly realm: string;
  readonly subject: string;
  readonly session: string;
  /** Seconds since 1970, from the token. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface PrincipalRecord {
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string };
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** True once the session was ended or the user disabled: the token counts for nothing. */
  readonly revoked: boolean;
  readonly added: Readonly<Record<string, unknown>>;
}

/** A program that acts for a user. It has permissions alone, never a role. */
export interface KeyRecord {
  readonly user: PrincipalRecord['user'];
  /** Names the key where others have a session; a change of that session ends it. */
  readonly session: string;
  readonly permissions: readonly string[];
  /** Seconds since 1970; null for a key that doesn't run out. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface SupergraphRecord {
  readonly hash: string;
  readonly audience: 'tenant' | 'platform';
  /** Composed supergraph SDL; platform elements are `@inaccessible` for the audience `tenant`. */
  readonly sdl: string;
  /** Names of the subgraphs, core first; plugins bear their plugin id. */
  readonly subgraphs: readonly string[];
}

/** How often an operation was asked since the last report. */
export interface OperationUsage {
  readonly tenantId: string;
  /** Hash of the plugin set it was asked of. */
  readonly supergraph: string;
  /** Of `text`. */
  readonly hash: string;
  readonly name: string | null;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Without the values that were written into it. */
  readonly text: string;
  /** What it uses of the API, as schema coordinates. */
  readonly elements: readonly string[];
  readonly calls: number;
}

export type DirectoryChange =
  /** A tenant is likely to switch to this set soon, for what the plugin adds. */
  | { readonly kind: 'set'; readonly hash: string; readonly plugin: string }
  | { readonly kind: 'tenant'; readonly slug: string }
  | { readonly kind: 'principal'; readonly realm: string; readonly userId?: string }
  | { readonly kind: 'session'; readonly realm: string; readonly session: string };
