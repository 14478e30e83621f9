import { createFoundation, createPortTokens, type FilterChain, portOverHttp, readEnvironment, runSubgraph } from '@plexica/foundation';
import {
  issuerPersistence,
  type OpenedIdentityProvider,
  openIdentityProvider,
  type RealmInfo,
} from '@plexica/foundation/identity-provider';
import { identityPersistence } from './persistence.ts';
import { createPrincipals } from './principal/principals.ts';
import { createSessions } from './session/sessions.ts';
import { createSignInPolicy } from './session/sign-in-policy.ts';
import { createIdentitySubgraph } from './subgraph.ts';
import type { TenantState } from './tenant/tenant-state.ts';

/** As much of tenancy as signing in needs. */
interface Tenants {
  bySlug(slug: string): Promise<TenantState | undefined>;
  presentation(realm: string): Promise<RealmInfo | undefined>;
}

// The subgraph as a process of its own, with the embedded issuer where that is the one in use.
const environment = readEnvironment(process.env);
const tokens = createPortTokens(environment.PLEXICA_PLATFORM_KEY);
const tenants = portOverHttp<Tenants>('tenants', ['bySlug', 'presentation'], { url: environment.PLEXICA_TENANCY_URL, tokens });
let issuer: OpenedIdentityProvider | undefined;
const foundation = await createFoundation(environment, {
  service: 'plexica-identity',
  modules: [issuerPersistence, identityPersistence],
  identity: async (parts) => {
    issuer = await openIdentityProvider(environment, {
      ...parts,
      policy: () => policy,
      realmInfo: (realm) => tenants.presentation(realm),
    });
    return issuer;
  },
});
foundation.useFilters(portOverHttp<FilterChain>('filters', ['run'], { url: environment.PLEXICA_PLUGINS_URL, tokens }));
const deps = { ...foundation, tenantStatus: tenants.bySlug };
const policy = createSignInPolicy(deps);
const sessions = createSessions(deps);
await runSubgraph({
  environment,
  defaultPort: 4102,
  foundation,
  subgraph: createIdentitySubgraph(deps),
  sessions,
  tokens,
  ports: {
    sessions: { ...sessions },
    principals: { ...createPrincipals(deps) },
    realms: { endpoints: async (realm: string) => foundation.identity.endpoints(realm) },
  },
  routes: (service) => issuer?.register?.(service),
});
