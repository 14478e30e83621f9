import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createFoundation, createPortTokens, portOverHttp, readEnvironment, runSubgraph, type Sessions } from '@plexica/foundation';
import { createTokenVerifier, DomainError, internalTokenHeader } from '@plexica/plugin-kit';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { createPlugins } from './create-plugins.ts';
import { pluginsPersistence } from './persistence.ts';

// The subgraph as a process of its own. Long work it accepts, and the delivery of hooks, are the worker's.
const environment = readEnvironment(process.env);
const tokens = createPortTokens(environment.PLEXICA_PLATFORM_KEY);
const atTheWorker = async (): Promise<never> => {
  throw new DomainError('SERVICE_UNAVAILABLE');
};
/** The other core subgraphs, as the contract has them. */
const contract = (name: 'tenancy' | 'identity') => ({
  name,
  sdl: readFileSync(fileURLToPath(import.meta.resolve(`@plexica/schema/${name}.graphql`)), 'utf8'),
});

const foundation = await createFoundation(environment, {
  service: 'plexica-plugins',
  modules: [pluginsPersistence],
  identity: () => ({}) as never,
});
const sessions = portOverHttp<Sessions>('sessions', ['count'], { url: environment.PLEXICA_IDENTITY_URL, tokens });
const plugins = createPlugins({
  ...foundation,
  core: () => [contract('tenancy'), contract('identity'), plugins.subgraph],
  tenants: { byId: (id) => foundation.database.tenantKey(id) },
  permissionRegistry: { add: atTheWorker, remove: atTheWorker },
});
foundation.useFilters(plugins.filters);
// A switch that a mutation waits for is made here, at once.
plugins.registerOperations();
const callers = createTokenVerifier({
  keys: createLocalJWKSet((await foundation.keys.jwks()) as unknown as JSONWebKeySet),
  audience: plugins.subgraph.name,
});
await runSubgraph({
  environment,
  defaultPort: 4103,
  foundation,
  subgraph: plugins.subgraph,
  sessions,
  tokens,
  ports: {
    filters: { ...plugins.filters },
    sets: {
      recordFor: plugins.sets.recordFor,
      platformRecord: plugins.sets.platformRecord,
      publicSupergraph: plugins.sets.publicSupergraph,
      supergraph: plugins.sets.supergraph,
      pluginOperations: plugins.uiOperations,
      recordUsage: plugins.usage.record,
    },
  },
  routes: (server, { sessionCounts }) =>
    plugins.registerRoutes(server, {
      // The gateway hands uploads on with its word for who sends them.
      async whoIs({ headers }) {
        const token = headers[internalTokenHeader];
        const claims = typeof token === 'string' ? await callers.claims(token) : undefined;
        return claims?.user ? { userId: claims.user.id } : undefined;
      },
      sessionCounts,
    }),
  stop: () => plugins.stop(),
});
