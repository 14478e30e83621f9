import {
  createFoundation,
  createPortTokens,
  type FilterChain,
  portOverHttp,
  readEnvironment,
  runSubgraph,
  type Sessions,
} from '@plexica/foundation';
import { issuerPersistence, openIdentityProvider } from '@plexica/foundation/identity-provider';
import { DomainError } from '@plexica/plugin-kit';
import { tenancyPersistence } from './persistence.ts';
import { createTenancySubgraph } from './subgraph.ts';
import { registerBrandingFiles } from './tenant/branding-routes.ts';
import { createTenantDirectory } from './tenant/tenant-directory.ts';

// The subgraph as a process of its own. Operations it accepts are run by the worker.
const environment = readEnvironment(process.env);
const tokens = createPortTokens(environment.PLEXICA_PLATFORM_KEY);
const nobodySignsInHere = async () => {
  throw new DomainError('SERVICE_UNAVAILABLE');
};
const foundation = await createFoundation(environment, {
  service: 'plexica-tenancy',
  modules: [issuerPersistence, tenancyPersistence],
  identity: (parts) =>
    openIdentityProvider(environment, { ...parts, policy: () => ({ admit: nobodySignsInHere, failed: nobodySignsInHere }) }),
});
foundation.useFilters(portOverHttp<FilterChain>('filters', ['run'], { url: environment.PLEXICA_PLUGINS_URL, tokens }));
await runSubgraph({
  environment,
  defaultPort: 4101,
  foundation,
  subgraph: createTenancySubgraph(foundation),
  sessions: portOverHttp<Sessions>('sessions', ['count'], { url: environment.PLEXICA_IDENTITY_URL, tokens }),
  tokens,
  routes: (server) => registerBrandingFiles(server, foundation),
  ports: { tenants: { ...createTenantDirectory(foundation) } },
});
