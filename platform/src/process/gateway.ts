import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createEdge,
  createPortTokens,
  dependenciesOf,
  portOverHttp,
  readEdgeEnvironment,
  registerHealth,
  type StoredSigningKeys,
} from '@plexica/foundation';
import { createGateway } from '@plexica/gateway';
import { listenUntilStopped } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { issuerOrigins, registerConsole } from '../assembly/console.ts';
import { requestTimeoutMs } from '../assembly/request-timeout.ts';
import { coreServices } from './core-services.ts';
import { remoteDirectory } from './remote-directory.ts';
import { registerRoutesElsewhere } from './routes-elsewhere.ts';

// The one endpoint as a process of its own, with the console; any number of replicas, and no database.
const environment = readEdgeEnvironment(process.env);
const tokens = createPortTokens(environment.PLEXICA_PLATFORM_KEY);
const { PLEXICA_TENANCY_URL, PLEXICA_IDENTITY_URL, PLEXICA_PLUGINS_URL } = environment;
const { sealed } = portOverHttp<Pick<StoredSigningKeys, 'sealed'>>('keys', ['sealed'], { url: PLEXICA_TENANCY_URL, tokens });
const edge = await createEdge(environment, { sealedKey: sealed });

const server = Fastify({ trustProxy: false, forceCloseConnections: 'idle', requestTimeout: requestTimeoutMs });
const services = coreServices({ tenancy: PLEXICA_TENANCY_URL, identity: PLEXICA_IDENTITY_URL, plugins: PLEXICA_PLUGINS_URL });
const health = registerHealth(server, {
  database: services.database,
  others: async () => [...dependenciesOf(edge), ...(await services.others())],
  prepared: () => true,
  clock: edge.clock,
});
const root = dirname(dirname(fileURLToPath(import.meta.resolve('@plexica/platform/package.json'))));
const page = await registerConsole(server, { folder: join(root, 'web/dist'), connectTo: issuerOrigins(environment) });
const gateway = createGateway({
  ...edge,
  directory: remoteDirectory(environment, { tokens, pubsub: edge.pubsub }),
  core: services.subgraphs,
  explorerPage: page.explorer,
  builtInOperations: page.operations,
});
await gateway.register(server);
// Before the server waits for its connections: streams end, what is under way is answered.
server.addHook('preClose', () => gateway.stop());
await registerRoutesElsewhere(server, { environment, gateway, keys: edge.keys });
const address = await listenUntilStopped(server, {
  host: environment.PLEXICA_HOST,
  port: environment.PORT ?? 4000,
  drain: () => health.drain(),
  stop: () => edge.stop(),
});
edge.log.info({ address }, 'gateway listens');
