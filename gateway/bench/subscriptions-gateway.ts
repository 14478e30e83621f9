import { readFileSync } from 'node:fs';
import { createInProcessSharedState } from '@plexica/foundation';
import Fastify from 'fastify';
import pino from 'pino';
import { createGateway } from '../src/create-gateway.ts';
import { createTestDirectory } from '../src/test/a-directory.ts';
import { aKeyPair } from '../src/test/a-gateway.ts';
import { startIssuer } from '../src/test/an-issuer.ts';

// The gateway of `bench subscriptions`: as in the platform, with a Directory in memory. `/token/<user>` signs one in.
const issuer = await startIssuer();
const directory = createTestDirectory();
directory.addSet({
  hash: 'core',
  audience: 'tenant',
  sdl: readFileSync(process.env.SUPERGRAPH ?? '', 'utf8'),
  subgraphs: ['sales', 'products'],
});
directory.setTenant('acme', issuer.realm('acme'));
const first = Number(process.env.UPSTREAM_PORT);
const gateway = createGateway({
  directory,
  core: ['sales', 'products'].map((name, index) => ({ name, url: `http://127.0.0.1:${first + index}/graphql` })),
  state: createInProcessSharedState(),
  settings: { url: 'http://localhost', baseDomain: undefined, installation: 'bench', demo: false, pluginHosts: [], deletionGraceDays: 30 },
  clock: () => new Date(),
  log: pino({ level: 'silent' }),
  keys: await aKeyPair(),
  rateLimits: { perUser: 1e9, perTenant: 1e9, anonymousPerAddress: 1e9 },
});
const server = Fastify({ forceCloseConnections: true });
await gateway.register(server);
server.get<{ Params: { user: string } }>('/token/:user', async ({ params: { user } }) => {
  directory.setUser(user, { permissions: ['users.read'] });
  return issuer.token('acme', { subject: user, session: user });
});
await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
