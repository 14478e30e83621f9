import { dependenciesOf, type Environment, registerHealth, type SessionCheck } from '@plexica/foundation';
import { createGateway, type Gateway, type GatewayDeps } from '@plexica/gateway';
import { registerBrandingFiles } from '@plexica/tenancy';
import Fastify, { type FastifyInstance } from 'fastify';
import { issuerOrigins, registerConsole } from './console.ts';
import { type Core, type CoreOptions, createCore } from './core.ts';
import { requestTimeoutMs } from './request-timeout.ts';

/** The whole platform in one process on one port. */
export interface Platform {
  readonly core: Core;
  readonly gateway: Gateway;
  listen(address: { host: string; port: number }): Promise<string>;
  /** What a start has to do is done: readiness may say so. */
  prepared(): void;
  stop(): Promise<void>;
}

export interface PlatformOptions extends CoreOptions, Pick<GatewayDeps, 'thread'> {
  readonly environment: Environment;
  /** The built console; without it only the API is served. */
  readonly consoleFolder?: string;
}

export const createPlatform = async ({ environment, consoleFolder, thread, ...options }: PlatformOptions): Promise<Platform> => {
  const core = await createCore(environment, options);
  await core.work();
  const { foundation, directory, subgraphs } = core;
  const server: FastifyInstance = Fastify({ trustProxy: false, forceCloseConnections: true, requestTimeout: requestTimeoutMs });
  let prepared = false;
  const health = registerHealth(server, {
    database: { name: 'postgres', ping: () => foundation.database.ping() },
    others: async () => [...dependenciesOf(foundation), ...(await core.plugins.sets.services())],
    prepared: () => prepared,
    clock: foundation.clock,
  });
  const page = consoleFolder ? await registerConsole(server, { folder: consoleFolder, connectTo: issuerOrigins(environment) }) : undefined;
  const gateway = createGateway({
    ...foundation,
    directory,
    core: subgraphs,
    explorerPage: page?.explorer,
    builtInOperations: page?.operations,
    thread,
  });
  await gateway.register(server);
  await core.issuer.register?.(server);
  await registerBrandingFiles(server, foundation);
  await core.plugins.registerRoutes(server, {
    whoIs: (request) => gateway.whoIs(request),
    sessionCounts: (claims) => sessionCounts(core, claims),
  });

  return {
    core,
    gateway,
    listen: (address) => server.listen(address),
    prepared: () => {
      prepared = true;
    },
    async stop() {
      health.drain();
      await gateway.stop();
      await server.close();
      await core.stop();
    },
  };
};

/** Whether a session that an internal token names has not ended since. */
const sessionCounts = async ({ directory }: Core, { tenant, user, session }: Parameters<SessionCheck>[0]): Promise<boolean> => {
  if (!user || !session || !tenant) return true;
  if ((await directory.tenant(tenant.slug))?.status !== 'ACTIVE') return false;
  const record = await directory.principal({ realm: tenant.slug, subject: user.id, session, issuedAt: 0, expiresAt: 0 });
  return record !== undefined && !record.revoked;
};
