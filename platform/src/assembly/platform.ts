import type { Environment } from '@plexica/foundation';
import { createGateway, type Gateway } from '@plexica/gateway';
import { registerPluginFiles, registerRuntime, registerUploads } from '@plexica/plugins';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerConsole } from './console.ts';
import { type Core, type CoreOptions, createCore } from './core.ts';
import { registerHealth } from './health.ts';

/** The whole platform in one process on one port. */
export interface Platform {
  readonly core: Core;
  readonly gateway: Gateway;
  listen(address: { host: string; port: number }): Promise<string>;
  /** What a start has to do is done: readiness may say so. */
  prepared(): void;
  stop(): Promise<void>;
}

export interface PlatformOptions extends CoreOptions {
  readonly environment: Environment;
  /** The built console; without it only the API is served. */
  readonly consoleFolder?: string;
}

export const createPlatform = async ({ environment, consoleFolder, ...options }: PlatformOptions): Promise<Platform> => {
  const core = await createCore(environment, options);
  const { foundation, directory, subgraphs } = core;
  const server: FastifyInstance = Fastify({
    loggerInstance: foundation.log,
    disableRequestLogging: true,
    trustProxy: false,
    forceCloseConnections: true,
  });
  let prepared = false;
  const health = registerHealth(server, {
    database: { name: 'postgres', ping: () => foundation.database.ping() },
    others: () => core.plugins.services(),
    prepared: () => prepared,
    clock: foundation.clock,
  });
  const page = consoleFolder ? await registerConsole(server, { folder: consoleFolder, connectTo: [] }) : undefined;
  const gateway = await createGateway({ ...foundation, directory, core: subgraphs, explorerPage: page?.page });
  await gateway.register(server);
  await core.issuer.register(server);
  await server.register(async (scope) => registerRuntime(scope, { ...foundation, directory }));
  await server.register(async (scope) => registerPluginFiles(scope, foundation));
  await server.register(async (scope) => registerUploads(scope, { ...foundation, whoIs: gateway.whoIs }));

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
