import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInProcessSharedState, createLogger, createSigningKeys, createVault } from '@plexica/foundation';
import Fastify from 'fastify';
import { createGateway } from '../src/create-gateway.ts';
import type { TenantRecord } from '../src/directory/directory.ts';
import { subgraphUrls } from '../src/standalone/subgraph-urls.ts';

// The platform's gateway over the benchmark's subgraphs: access tokens are verified, internal tokens minted, limits and authorization on. Who
// users are it is told from memory, as it is by an embedded core.
const { SUPERGRAPH = '', PORT, ISSUER = '' } = process.env;
const sdl = readFileSync(SUPERGRAPH, 'utf8');
const core = [...subgraphUrls(sdl)].map(([name, url]) => ({ name, url }));
const hash = 'benchmark';

const acme: TenantRecord = {
  id: '0190a000-0000-7000-8000-000000000001',
  slug: 'acme',
  name: 'Acme',
  status: 'ACTIVE',
  issuer: `${ISSUER}/realms/acme`,
  jwksUri: `${ISSUER}/realms/acme/jwks`,
  audience: 'plexica-api',
  supergraph: hash,
  switchedAt: '2026-01-01T00:00:00.000Z',
  allowedOrigins: [],
  registeredOnly: false,
  manifests: {},
  plugins: {},
};

const keys = await createSigningKeys({
  store: { newest: async () => undefined, add: async (key) => key },
  vault: createVault('benchmark'),
  newId: randomUUID,
  clock: () => new Date(),
});
const unlimited = 1_000_000_000;

const gateway = createGateway({
  directory: {
    tenant: async (slug) => (slug === acme.slug ? acme : undefined),
    principal: async ({ subject }) => ({
      user: { id: subject, email: `${subject}@acme.test`, displayName: subject },
      roles: ['user'],
      permissions: ['users.read', 'roles.read', 'plugins.read'],
      revoked: false,
      added: {},
    }),
    apiKey: async () => undefined,
    allowedOrigins: async () => [],
    publicSupergraph: async () => hash,
    pluginOperations: async () => undefined,
    supergraph: async () => ({ hash, audience: 'tenant', sdl, subgraphs: core.map(({ name }) => name) }),
    clientManifest: async () => undefined,
    recordUsage: async () => {},
    onChange: () => () => {},
  },
  core,
  keys,
  state: createInProcessSharedState(),
  settings: { url: 'http://localhost', installation: 'benchmark', demo: false, pluginHosts: [], deletionGraceDays: 30 } as never,
  // Counted as ever, and never used up.
  rateLimits: {
    perUser: unlimited,
    perTenant: unlimited,
    anonymousPerAddress: unlimited,
    costPerUser: unlimited,
    costPerTenant: unlimited,
    costPerSubgraph: unlimited,
  },
  maxCost: unlimited,
  clock: () => new Date(),
  log: createLogger({ level: 'warn' }),
});
const server = Fastify({ trustProxy: false });
await gateway.register(server);
await server.listen({ host: '127.0.0.1', port: Number(PORT) });
process.once('SIGTERM', () => process.exit(0));
