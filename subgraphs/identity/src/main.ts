import { createFoundation } from '@plexica/foundation';
import { createEmbeddedIdentityProvider, type EmbeddedIdentityProvider, issuerPersistence } from '@plexica/foundation/identity-provider';
import { buildSubgraphServer, createTokenVerifier, listenUntilStopped } from '@plexica/plugin-kit';
import { startAccountSync } from './account/account-sync.ts';
import { readConfig } from './config.ts';
import { identityPersistence } from './persistence.ts';
import { createSessionCheck } from './session/session-check.ts';
import { createSignInPolicy } from './session/sign-in-policy.ts';
import { createIdentitySubgraph } from './subgraph.ts';
import { tenantStatusOverHttp } from './tenant/tenant-status-over-http.ts';

// The subgraph alone over HTTP, for those who bear an internal token, with the embedded issuer beside it.
const { environment, port, tenancyUrl, jwksUri } = readConfig(process.env);
let issuer: EmbeddedIdentityProvider | undefined;
const foundation = await createFoundation(environment, {
  modules: [issuerPersistence, identityPersistence],
  identity: (parts) => {
    issuer = createEmbeddedIdentityProvider({ ...parts, url: environment.PLEXICA_URL, policy: () => policy });
    return issuer;
  },
});
const deps = { ...foundation, tenantStatus: tenantStatusOverHttp({ url: tenancyUrl, keys: foundation.keys }) };
const policy = createSignInPolicy(deps);
const verifier = createTokenVerifier({ jwksUri, audience: 'identity' });
const sessionCounts = createSessionCheck(deps);
const server = await buildSubgraphServer({
  subgraph: createIdentitySubgraph(deps),
  verifier: {
    ...verifier,
    async claims(token) {
      const claims = await verifier.claims(token);
      return claims && (await sessionCounts(claims)) ? claims : undefined;
    },
  },
  routes: (service) => issuer?.register(service),
});
const stopAccounts = await startAccountSync(deps);
const stop = async () => {
  await stopAccounts();
  await foundation.stop();
};
const address = await listenUntilStopped(server, { port, stop });
foundation.log.info({ address }, 'identity listens');
