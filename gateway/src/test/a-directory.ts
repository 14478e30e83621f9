import { hash } from 'node:crypto';
import type {
  Directory,
  DirectoryChange,
  KeyRecord,
  OperationUsage,
  PrincipalRecord,
  SupergraphRecord,
  TenantRecord,
} from '../directory/directory.ts';

/** A Directory in memory, to be changed by tests. With `silently` nobody is told of a change, as if pub/sub were away. */
export interface TestDirectory extends Directory {
  /** Every usage that was reported. */
  readonly usages: readonly OperationUsage[];
  readonly asked: { tenant: number; principal: number; supergraph: number; apiKey: number };
  addSet(record: SupergraphRecord): void;
  setTenant(slug: string, record: Partial<TenantRecord>, options?: { readonly silently?: boolean }): void;
  removeTenant(slug: string): void;
  /** Tells that a tenant will switch to a set for what a plugin adds. */
  announceSet(hash: string, plugin: string): void;
  setUser(subject: string, record: Partial<PrincipalRecord> | undefined): void;
  /** Undefined forgets the key. */
  setKey(realm: string, secret: string, record: Partial<KeyRecord> | undefined, options?: { readonly silently?: boolean }): void;
  /** Registers texts for a client of a tenant; answers their digest. */
  register(slug: string, client: string, texts: readonly string[]): string;
  /** The plugin is active in the tenant and its UI asks these texts. */
  activate(slug: string, plugin: string, texts: readonly string[], grantedScopes?: readonly string[]): void;
  revoke(session: string): void;
  /** Rejects every question with this error until it is called without one. */
  failWith(error?: Error): void;
}

export const createTestDirectory = (): TestDirectory => {
  const tenants = new Map<string, TenantRecord>();
  const users = new Map<string, PrincipalRecord>();
  const keys = new Map<string, KeyRecord>();
  const manifests = new Map<string, Record<string, string>>();
  const sets = new Map<string, SupergraphRecord>();
  const usages: OperationUsage[] = [];
  const revoked = new Set<string>();
  const listeners = new Set<(change: DirectoryChange) => void>();
  const asked = { tenant: 0, principal: 0, supergraph: 0, apiKey: 0 };
  let failure: Error | undefined;
  const tell = (change: DirectoryChange) => {
    for (const listener of listeners) listener(change);
  };
  const count = (what: keyof typeof asked) => {
    asked[what] += 1;
    if (failure) throw failure;
  };
  return {
    asked,
    usages,
    async tenant(slug) {
      count('tenant');
      return tenants.get(slug);
    },
    async principal({ realm, subject, session }) {
      count('principal');
      const record = users.get(subject);
      return record && { ...record, user: { ...record.user, email: `${subject}@${realm}.test` }, revoked: revoked.has(session) };
    },
    async apiKey(realm, secretHash) {
      count('apiKey');
      return keys.get(`${realm}|${secretHash}`);
    },
    allowedOrigins: async () => [...tenants.values()].flatMap((tenant) => tenant.allowedOrigins),
    publicSupergraph: async () => 'core',
    clientManifest: async (digest) => manifests.get(digest),
    pluginOperations: async (digest) => manifests.get(digest),
    async supergraph(hash) {
      count('supergraph');
      return sets.get(hash);
    },
    async recordUsage(reported) {
      if (failure) throw failure;
      usages.push(...reported);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addSet: (record) => void sets.set(record.hash, record),
    setTenant(slug, record, { silently = false } = {}) {
      tenants.set(slug, { ...(tenants.get(slug) ?? newTenant(slug)), ...record });
      if (!silently) tell({ kind: 'tenant', slug });
    },
    announceSet: (hash, plugin) => tell({ kind: 'set', hash, plugin }),
    removeTenant(slug) {
      tenants.delete(slug);
      tell({ kind: 'tenant', slug });
    },
    setUser(subject, record) {
      if (record) users.set(subject, { ...(users.get(subject) ?? newUser(subject)), ...record });
      else users.delete(subject);
      for (const { slug } of tenants.values()) tell({ kind: 'principal', realm: slug, userId: subject });
    },
    setKey(realm, secret, record, { silently = false } = {}) {
      const key = `${realm}|${hash('sha256', secret)}`;
      if (record) keys.set(key, { ...newKey, ...record });
      else keys.delete(key);
      if (!silently) tell({ kind: 'session', realm, session: newKey.session });
    },
    register(slug, client, texts) {
      const manifest = byHash(texts);
      const digest = hash('sha256', JSON.stringify([slug, client, manifest]));
      manifests.set(digest, manifest);
      this.setTenant(slug, { manifests: { ...tenants.get(slug)?.manifests, [client]: digest } });
      return digest;
    },
    activate(slug, plugin, texts, grantedScopes = []) {
      const digest = hash('sha256', JSON.stringify([plugin, texts]));
      manifests.set(digest, byHash(texts));
      const active = { version: '1.0.0', url: 'http://127.0.0.1:9/graphql', configurationVersion: 1, grantedScopes, digest };
      this.setTenant(slug, { plugins: { ...tenants.get(slug)?.plugins, [plugin]: active } });
    },
    revoke(session) {
      revoked.add(session);
      for (const { slug } of tenants.values()) tell({ kind: 'session', realm: slug, session });
    },
    failWith(error) {
      failure = error;
    },
  };
};

const byHash = (texts: readonly string[]) => Object.fromEntries(texts.map((text) => [hash('sha256', text), text]));

const newTenant = (slug: string): TenantRecord => ({
  id: `id-of-${slug}`,
  slug,
  name: slug,
  status: 'ACTIVE',
  issuer: '',
  jwksUri: '',
  audience: '',
  supergraph: 'core',
  switchedAt: new Date(0).toISOString(),
  allowedOrigins: [],
  registeredOnly: false,
  manifests: {},
  plugins: {},
});

const newKey: KeyRecord = {
  user: { id: 'user-1', email: 'user-1@acme.test', displayName: 'user-1' },
  session: 'key.1',
  permissions: [],
  createdAt: 0,
  expiresAt: null,
};

const newUser = (id: string): PrincipalRecord => ({
  user: { id, email: '', displayName: id },
  roles: [],
  permissions: [],
  revoked: false,
  added: {},
});
