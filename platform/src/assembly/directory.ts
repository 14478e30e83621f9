import type { PubSub, RealmEndpoints } from '@plexica/foundation';
import type {
  Directory,
  KeyRecord,
  OperationUsage,
  PrincipalRecord,
  SupergraphRecord,
  TenantRecord,
  VerifiedIdentity,
} from '@plexica/gateway';
import { platformRealm } from '@plexica/schema';

export interface DirectoryTenants {
  bySlug(
    slug: string,
  ): Promise<Pick<TenantRecord, 'id' | 'slug' | 'name' | 'status' | 'allowedOrigins' | 'registeredOnly' | 'manifests'> | undefined>;
  allowedOrigins(): Promise<readonly string[]>;
  clientManifest(digest: string): Promise<Readonly<Record<string, string>> | undefined>;
}

export interface DirectoryPrincipals {
  principal(identity: VerifiedIdentity): Promise<PrincipalRecord | undefined>;
  apiKey(realm: string, secretHash: string): Promise<KeyRecord | undefined>;
}

export interface DirectoryRealms {
  endpoints(realm: string): Promise<RealmEndpoints> | RealmEndpoints;
}

export interface DirectorySets {
  recordFor(tenant: { readonly id: string; readonly slug: string }): Promise<Pick<TenantRecord, 'supergraph' | 'switchedAt' | 'plugins'>>;
  platformRecord(): Promise<Pick<TenantRecord, 'supergraph' | 'switchedAt' | 'plugins'>>;
  publicSupergraph(): Promise<string>;
  supergraph(hash: string): Promise<SupergraphRecord | undefined>;
  pluginOperations(digest: string): Promise<Readonly<Record<string, string>> | undefined>;
  recordUsage(usages: readonly OperationUsage[]): Promise<void>;
}

/** What each core subgraph contributes to the Directory. */
export interface DirectoryParts {
  readonly tenants: DirectoryTenants;
  readonly principals: DirectoryPrincipals;
  readonly plugins: DirectorySets;
  readonly realms: DirectoryRealms;
  readonly pubsub: PubSub;
  /** The platform's own realm, as a tenant record's first fields. */
  readonly platform: { readonly id: string; readonly slug: string };
}

/** The Directory: tenancy knows the tenant, identity the principal, plugins the set. */
export const createDirectory = ({ tenants, principals, plugins, realms, pubsub, platform }: DirectoryParts): Directory => ({
  tenant: rememberingIds(async (slug, likelyId) => {
    if (slug === platformRealm) {
      const first = { ...platform, name: 'Plexica', status: 'ACTIVE' as const, allowedOrigins: [], registeredOnly: false, manifests: {} };
      return { ...first, ...(await realms.endpoints(slug)), ...(await plugins.platformRecord()) };
    }
    const likely = likelyId === undefined ? undefined : plugins.recordFor({ id: likelyId, slug });
    likely?.catch(() => {});
    const [tenant, endpoints] = await Promise.all([tenants.bySlug(slug), realms.endpoints(slug)]);
    return tenant && { ...tenant, ...endpoints, ...(await (likely && likelyId === tenant.id ? likely : plugins.recordFor(tenant))) };
  }),
  principal: (identity) => principals.principal(identity),
  apiKey: (realm, secretHash) => principals.apiKey(realm, secretHash),
  allowedOrigins: () => tenants.allowedOrigins(),
  publicSupergraph: () => plugins.publicSupergraph(),
  clientManifest: (digest) => tenants.clientManifest(digest),
  pluginOperations: (digest) => plugins.pluginOperations(digest),
  supergraph: (hash) => plugins.supergraph(hash),
  recordUsage: (usages) => plugins.recordUsage(usages),
  onChange(listener) {
    const notices = pubsub.subscribe('directory')[Symbol.asyncIterator]();
    const listen = async () => {
      for (let next = await notices.next(); !next.done; next = await notices.next()) listener(next.value);
    };
    void listen();
    return () => void notices.return?.();
  },
});

/** A slug seldom changes hands: who had it last is asked about while it is looked up who has it now. */
const rememberingIds = (find: (slug: string, likelyId: string | undefined) => Promise<TenantRecord | undefined>): Directory['tenant'] => {
  const ids = new Map<string, string>();
  return async (slug) => {
    const found = await find(slug, ids.get(slug));
    if (found) ids.set(slug, found.id);
    else ids.delete(slug);
    return found;
  };
};
