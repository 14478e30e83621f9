import type { IdentityProvider, PubSub } from '@plexica/foundation';
import type { Directory, PrincipalRecord, SupergraphRecord, TenantRecord, VerifiedIdentity } from '@plexica/gateway';
import { platformRealm } from '@plexica/schema';

/** What each core subgraph contributes to the Directory. */
export interface DirectoryParts {
  readonly tenants: { bySlug(slug: string): Promise<Pick<TenantRecord, 'id' | 'slug' | 'name' | 'status'> | undefined> };
  readonly principals: { principal(identity: VerifiedIdentity): Promise<PrincipalRecord | undefined> };
  readonly plugins: {
    recordFor(tenant: { id: string; slug: string }): Promise<Pick<TenantRecord, 'supergraph' | 'switchedAt' | 'plugins'>>;
    platformRecord(): Promise<Pick<TenantRecord, 'supergraph' | 'switchedAt' | 'plugins'>>;
    publicSupergraph(): Promise<string>;
    supergraph(hash: string): Promise<SupergraphRecord | undefined>;
  };
  readonly identity: IdentityProvider;
  readonly pubsub: PubSub;
  /** The platform's own realm, as a tenant record's first fields. */
  readonly platform: { readonly id: string; readonly slug: string };
}

/** The Directory in process: tenancy knows the tenant, identity the principal, plugins the set. */
export const createDirectory = ({ tenants, principals, plugins, identity, pubsub, platform }: DirectoryParts): Directory => ({
  async tenant(slug) {
    if (slug === platformRealm) {
      return { ...platform, name: 'Plexica', status: 'ACTIVE', ...identity.endpoints(slug), ...(await plugins.platformRecord()) };
    }
    const tenant = await tenants.bySlug(slug);
    return tenant && { ...tenant, ...identity.endpoints(slug), ...(await plugins.recordFor(tenant)) };
  },
  principal: (identity) => principals.principal(identity),
  publicSupergraph: () => plugins.publicSupergraph(),
  supergraph: (hash) => plugins.supergraph(hash),
  onChange(listener) {
    const notices = pubsub.subscribe('directory')[Symbol.asyncIterator]();
    const listen = async () => {
      for (let next = await notices.next(); !next.done; next = await notices.next()) listener(next.value);
    };
    void listen();
    return () => void notices.return?.();
  },
});
