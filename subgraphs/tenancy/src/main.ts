import { createFoundation } from '@plexica/foundation';
import { createEmbeddedIdentityProvider, issuerPersistence } from '@plexica/foundation/identity-provider';
import { buildSubgraphServer, createTokenVerifier, DomainError, listenUntilStopped } from '@plexica/plugin-kit';
import { readConfig } from './config.ts';
import { tenancyPersistence } from './persistence.ts';
import { createTenancySubgraph } from './subgraph.ts';

// The subgraph alone over HTTP, for those who bear an internal token. Operations it accepts are run by the platform's workers.
const { environment, port, jwksUri } = readConfig(process.env);
const nobodySignsInHere = async () => {
  throw new DomainError('SERVICE_UNAVAILABLE');
};
const foundation = await createFoundation(environment, {
  modules: [issuerPersistence, tenancyPersistence],
  identity: (parts) =>
    createEmbeddedIdentityProvider({
      ...parts,
      url: environment.PLEXICA_URL,
      policy: () => ({ admit: nobodySignsInHere, failed: nobodySignsInHere }),
    }),
});
const server = await buildSubgraphServer({
  subgraph: createTenancySubgraph(foundation),
  verifier: createTokenVerifier({ jwksUri, audience: 'tenancy' }),
});
const address = await listenUntilStopped(server, { port, stop: () => foundation.stop() });
foundation.log.info({ address }, 'tenancy listens');
