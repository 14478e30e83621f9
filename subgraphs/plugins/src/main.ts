import { readFileSync } from 'node:fs';
import { createFoundation, readEnvironment } from '@plexica/foundation';
import { buildSubgraphServer, createTokenVerifier, DomainError, listenUntilStopped } from '@plexica/plugin-kit';
import { z } from 'zod';
import { createPlugins } from './create-plugins.ts';
import { pluginsPersistence } from './persistence.ts';

// The subgraph alone over HTTP, for those who bear an internal token. Operations it accepts are run by the platform's workers.
const environment = readEnvironment(process.env);
const port = z.coerce.number().int().min(0).max(65_535).default(4103).parse(process.env.PORT);
const elsewhere = async (): Promise<never> => {
  throw new DomainError('SERVICE_UNAVAILABLE');
};
/** The other core subgraphs, as the contract has them. */
const contract = (name: string) => ({ name, sdl: readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8') });

const foundation = await createFoundation(environment, { modules: [pluginsPersistence], identity: () => ({}) as never });
const plugins = createPlugins({
  ...foundation,
  core: () => [contract('tenancy'), contract('identity'), plugins.subgraph],
  tenants: { byId: (id) => foundation.database.tenantKey(id) },
  permissionRegistry: { add: elsewhere, remove: elsewhere },
});
const server = await buildSubgraphServer({
  subgraph: plugins.subgraph,
  verifier: createTokenVerifier({ jwksUri: `${environment.PLEXICA_URL}/.well-known/jwks.json`, audience: 'plugins' }),
});
const address = await listenUntilStopped(server, {
  port,
  async stop() {
    await plugins.stop();
    await foundation.stop();
  },
});
foundation.log.info({ address }, 'plugins listens');
