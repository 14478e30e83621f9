import { createPluginDispatcher, type Settings, type SharedState, type SigningKeys } from '@plexica/foundation';
import type { Subgraph } from '@plexica/plugin-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, getOperationAST } from 'graphql';
import type { Logger } from 'pino';
import { createConnections } from './connection/connections.ts';

import { cacheDirectory } from './directory/cached-directory.ts';
import type { Directory } from './directory/directory.ts';
import { arrivalOf } from './http/arrival.ts';
import { type RouteDeps, registerGraphqlRoute } from './http/graphql-route.ts';
import { createRateLimit, type RateLimits } from './limits/rate-limit.ts';
import { createPipeline, type RequestContext } from './pipeline.ts';
import { createAccessTokens } from './principal/access-token.ts';
import { createIssuerKeys } from './principal/issuer-keys.ts';
import { registerSocketRoute } from './stream/socket-route.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createVariants } from './variant/variants.ts';

export interface GatewayDeps {
  readonly directory: Directory;
  /** Core subgraphs of this process. */
  readonly core: readonly Subgraph[];
  readonly keys: SigningKeys;
  readonly state: SharedState;
  readonly settings: Settings;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly explorerPage?: RouteDeps['explorerPage'];
  readonly rateLimits?: RateLimits;
}

/** One endpoint, a supergraph per plugin set. */
export interface Gateway {
  /** Mounts `/graphql` (HTTP, SSE, WebSocket), `/metrics` and the keys of internal tokens. */
  register(server: FastifyInstance): Promise<void>;
  /** Who sends this request, for routes beside GraphQL; undefined for anybody without a valid token. */
  whoIs(
    request: FastifyRequest,
  ): Promise<{ readonly userId: string; readonly tenantSlug: string; readonly roles: readonly string[] } | undefined>;
  stop(): Promise<void>;
}

export const createGateway = (deps: GatewayDeps): Gateway => {
  const { keys, state, settings, clock, log } = deps;
  const directory = cacheDirectory(deps.directory, clock);
  const dispatcher = createPluginDispatcher(settings.pluginHosts, 2_000);
  const report = (error: unknown, requestId: string) => log.error({ error: reportable(error), requestId }, 'a request failed unexpectedly');
  const variants = createVariants<RequestContext>({
    directory,
    log,
    executor:
      (variant) =>
      async ({ document, queryHash, operationName, request, context: requested }) => {
        const definition = getOperationAST(document, operationName);
        if (!definition) throw new GraphQLError('There is no such operation.', { extensions: { code: 'BAD_USER_INPUT' } });
        const received = requested as RequestContext;
        const context = { ...received, admitted: { ...received.admitted, variant: variant() } };
        return pipeline.answer(
          { document, definition, operationName: operationName ?? undefined, hash: queryHash, variables: request.variables },
          context,
        );
      },
  });
  const pipeline = createPipeline({
    directory,
    accessTokens: createAccessTokens({ directory, keys: createIssuerKeys(), clock }),
    baseDomain: settings.baseDomain,
    variants,
    rateLimit: createRateLimit(state, clock, deps.rateLimits),
    connections: createConnections({ core: deps.core, keys, dispatcher }),
    report: (error, { requestId }) => report(error, requestId),
  });
  const metrics = createMetrics();
  let sockets: ReturnType<typeof registerSocketRoute> | undefined;

  return {
    async register(server) {
      await registerGraphqlRoute(server, {
        pipeline,
        report,
        explorerPage: deps.explorerPage,
        observe: (request, { admitted, requestId, status, ms }) => {
          metrics.observe({ tenant: admitted?.tenant?.slug, status, ms });
          log.info(
            {
              requestId,
              method: request.method,
              status,
              ms: Math.round(ms * 10) / 10,
              tenant: admitted?.tenant?.slug,
              set: admitted?.variant.hash,
            },
            'request',
          );
        },
      });
      sockets = registerSocketRoute(server.server, { pipeline, log });
      server.get('/.well-known/jwks.json', async (_request, reply) =>
        reply.header('cache-control', 'public, max-age=300').send(await keys.jwks()),
      );
      server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
    },
    async whoIs(request) {
      const { principal, tenant } = await pipeline.admit(arrivalOf(request)).catch(() => ({ principal: undefined, tenant: undefined }));
      if (principal?.kind !== 'signed-in' || !tenant) return undefined;
      return { userId: principal.user.id, tenantSlug: tenant.slug, roles: principal.roles };
    },
    async stop() {
      await sockets?.stop();
      await variants.stop();
      directory.stop();
      await dispatcher.close();
    },
  };
};

const reportable = (error: unknown): unknown => (error instanceof GraphQLError ? (error.originalError ?? error) : error);
