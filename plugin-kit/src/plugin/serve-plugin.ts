import type { Tracer } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';
import pino, { type Logger } from 'pino';
import { createTokenVerifier } from '../claims/token-verifier.ts';
import { registerHookRoute } from '../hooks/hook-route.ts';
import { createPluginDatabases } from '../runtime/plugin-databases.ts';
import { createRuntimeClient } from '../runtime/runtime-client.ts';
import { listenUntilStopped } from '../subgraph/serve.ts';
import { buildSubgraphServer } from '../subgraph/serve-subgraph.ts';
import type { SubgraphCall } from '../subgraph/subgraph.ts';
import { openTracing, readTracingEnvironment } from '../telemetry/tracing.ts';
import type { Plugin } from './define-plugin.ts';
import type { PluginContext } from './plugin-context.ts';

export interface PluginServerOptions {
  readonly platformUrl: string;
  readonly credential: string;
  readonly log?: Logger;
  /** Where calls are traced; nothing is without it. */
  readonly tracer?: Tracer;
}

/** The HTTP service of a plugin: its subgraph, its hooks, its health. */
export const buildPluginServer = async (
  plugin: Plugin,
  { platformUrl, credential, log = pino(), tracer }: PluginServerOptions,
): Promise<{ server: FastifyInstance; stop(): Promise<void> }> => {
  const verifier = createTokenVerifier({ jwksUri: `${platformUrl}/.well-known/jwks.json`, audience: plugin.manifest.id });
  const runtime = createRuntimeClient({ platformUrl, credential });
  const databases = createPluginDatabases(plugin.entities);

  const context = async (call: SubgraphCall): Promise<PluginContext> => {
    const { tenant, user, permissions } = call.claims;
    if (!tenant) throw new Error('A plugin is called for a tenant.');
    const { configuration, databaseUrl } = await runtime(call);
    return {
      tenant,
      user,
      permissions,
      requestId: call.requestId,
      config: configuration,
      db: (work) => {
        if (!databaseUrl) throw new Error('A plugin without migrations has no database.');
        return databases.transaction(databaseUrl, work);
      },
      log: log.child({ tenant: tenant.slug, requestId: call.requestId }),
    };
  };
  const report = (error: unknown, { requestId }: { readonly requestId: string }) =>
    log.error({ err: error, requestId }, 'a request failed');
  const server = await buildSubgraphServer({
    subgraph: plugin.subgraph(context, { report, tracer }),
    verifier,
    routes: (routes) => registerHookRoute(routes, { plugin, verifier, context }),
    report,
  });
  return { server, stop: () => databases.stop() };
};

/** Serves a plugin as its environment says: PORT, HOST, PLEXICA_URL, PLEXICA_PLUGIN_CREDENTIAL; traced where OTEL_EXPORTER_OTLP_ENDPOINT names a collector. */
export const servePlugin = async (
  plugin: Plugin,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> => {
  const { PLEXICA_URL: platformUrl, PLEXICA_PLUGIN_CREDENTIAL: credential, PORT, HOST, PLEXICA_STOP_WITH_PARENT } = environment;
  const missing = Object.entries({ PLEXICA_URL: platformUrl, PLEXICA_PLUGIN_CREDENTIAL: credential, PORT }).flatMap(([name, value]) =>
    value ? [] : [name],
  );
  if (!platformUrl || !credential || missing.length)
    throw new Error(`Set ${missing.join(', ')} to serve the plugin ${plugin.manifest.id}.`);
  const tracing = await openTracing(readTracingEnvironment(environment), `plexica-plugin-${plugin.manifest.id}`);
  const { server, stop } = await buildPluginServer(plugin, { platformUrl, credential, tracer: tracing?.tracer });
  return listenUntilStopped(server, {
    host: HOST,
    port: Number(PORT),
    stopWithParent: PLEXICA_STOP_WITH_PARENT === '1',
    async stop() {
      await tracing?.stop();
      await stop();
    },
  });
};
