import type { Tracer } from '@opentelemetry/api';
import {
  createClientOf,
  createPluginDispatcher,
  registerMetrics,
  type Settings,
  type SharedState,
  type SigningKeys,
} from '@plexica/foundation';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, getOperationAST } from 'graphql';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createConnections } from './connection/connections.ts';
import type { CoreSubgraph } from './connection/core-connections.ts';
import { cacheDirectory } from './directory/cached-directory.ts';
import type { Directory } from './directory/directory.ts';
import { noOperation } from './document/no-operation.ts';
import { createPersistedQueries } from './document/persisted-queries.ts';
import { type BuiltInOperations, createRegisteredOperations } from './document/registered-operations.ts';
import { arrivalOf } from './http/arrival.ts';
import { createCors } from './http/cors.ts';
import type { ExplorerPage } from './http/explorer.ts';
import { registerGraphqlRoute } from './http/graphql-route.ts';
import { registerUiTokenRoute } from './http/ui-token-route.ts';
import { createRateLimit, type RateLimits } from './limits/rate-limit.ts';
import { createStreamLimit } from './limits/stream-limit.ts';
import type { UnnamedLimits } from './limits/unnamed-connections.ts';
import { createUnreadAnswers, type UnreadLimits } from './limits/unread-answers.ts';
import { createPipeline } from './pipeline.ts';
import { type PlannerThread, startPlannerThread } from './plan/planner-thread.ts';
import { createSlimming } from './plan/slim-schema.ts';
import { createAccessTokens } from './principal/access-token.ts';
import { createApiKeys } from './principal/api-keys.ts';
import { createIssuerKeys } from './principal/issuer-keys.ts';
import { createUiTokens } from './principal/ui-tokens.ts';
import { Refusal } from './problem.ts';
import { registerSocketRoute } from './stream/socket-route.ts';
import { createAccessLog } from './telemetry/access-log.ts';
import { createInFlight } from './telemetry/in-flight.ts';
import { createMetrics } from './telemetry/metrics.ts';
import type { Outcome } from './telemetry/outcome.ts';
import { createTraces } from './telemetry/request-trace.ts';
import { createUsageRecorder } from './usage/usage-recorder.ts';
import { createVariants } from './variant/variants.ts';
import { keepObjectsYoung } from './young-objects.ts';

export interface GatewayDeps {
  readonly directory: Directory;
  /** Core subgraphs: of this process, or where they run. */
  readonly core: readonly CoreSubgraph[];
  readonly keys: SigningKeys;
  readonly state: SharedState;
  readonly settings: Settings;
  readonly clock: () => Date;
  readonly log: Logger;
  readonly explorerPage?: ExplorerPage;
  /** Of the console. */
  readonly builtInOperations?: BuiltInOperations;
  readonly rateLimits?: Partial<RateLimits>;
  /** WebSockets that have not said who they are. */
  readonly unnamedConnections?: UnnamedLimits;
  /** Answers that wait to be read. */
  readonly unreadAnswers?: UnreadLimits;
  /** Points of estimated cost that one operation may have; of the settings when absent. */
  readonly maxCost?: number;
  /** Characters that one answer may have; of the settings when absent. */
  readonly maxAnswer?: number;
  readonly timing?: GatewayTiming;
  /** Where plugin sets are read and planned; a thread of its own when absent. */
  readonly thread?: PlannerThread;
  /** Where metrics are counted; a registry of its own when absent. */
  readonly metrics?: Registry;
  /** Where requests are traced; nothing is without it. */
  readonly tracer?: Tracer;
}

/** How long things may take, in milliseconds. */
export interface GatewayTiming {
  /** For a body to arrive; 30 s. */
  readonly body?: number;
  /** For a client to read something of its answer or its events; 30 s. */
  readonly unread?: number;
  /** For a plugin to answer; 5 s. */
  readonly plugin?: number;
  /** For a part of the core, in this process or elsewhere; 30 s. */
  readonly core?: number;
  /** Between two looks at the right to a stream; 1 s. */
  readonly watch?: number;
  /** Within which streams end that a new plugin set no longer has; 20 s. */
  readonly spread?: number;
  /** For requests under way when the gateway stops; 5 s. */
  readonly drain?: number;
  /** Between two reports of usage; 10 s. */
  readonly usage?: number;
}

/** One endpoint, a supergraph per plugin set. */
export interface Gateway {
  /** Mounts `/graphql` (HTTP, SSE, WebSocket), `/metrics` and the keys of internal tokens. */
  register(server: FastifyInstance): Promise<void>;
  /** Who sends this request, for routes beside GraphQL; undefined for anybody without a valid token, and for components of plugins. */
  whoIs(
    request: FastifyRequest,
  ): Promise<{ readonly userId: string; readonly tenantSlug: string; readonly roles: readonly string[] } | undefined>;
  /** Refuses what is new, ends streams, waits for what is under way. */
  stop(): Promise<void>;
}

export const createGateway = (deps: GatewayDeps): Gateway => {
  keepObjectsYoung();
  const { keys, state, settings, clock, log, timing = {} } = deps;
  const directory = cacheDirectory(deps.directory, clock);
  const clientOf = createClientOf(settings.trustedProxies);
  const plugins = { allowedHosts: settings.pluginHosts, connectTimeoutMs: 2_000 };
  const dispatchers = { requests: createPluginDispatcher(plugins), streams: createPluginDispatcher({ ...plugins, connections: null }) };
  const metrics = createMetrics(deps.metrics);
  const accessLog = createAccessLog(log);
  const observe = (outcome: Outcome): void => {
    metrics.ended(outcome);
    accessLog(outcome);
    outcome.trace?.ended(outcome);
  };
  const usage = createUsageRecorder({ report: directory.recordUsage, log, everyMs: timing.usage });
  const trace = deps.tracer && createTraces(deps.tracer);
  const inFlight = createInFlight();
  const stopping = new AbortController();
  const unread = createUnreadAnswers(deps.unreadAnswers);
  const report = (error: unknown, requestId: string) => log.error({ error: reportable(error), requestId }, 'a request failed unexpectedly');

  const connections = createConnections({
    core: deps.core,
    keys,
    dispatchers,
    timeoutMs: timing.plugin,
    coreTimeoutMs: timing.core,
    observe: metrics.subgraphCalled,
  });
  const rateLimit = createRateLimit(state, { withoutCounters: settings.rateLimits, ...deps.rateLimits });
  const persisted = createPersistedQueries(state, rateLimit.text);
  const registered = createRegisteredOperations({ directory, builtIn: deps.builtInOperations });
  const planning = { thread: deps.thread ?? startPlannerThread(), core: deps.core.map(({ name }) => name), slim: createSlimming() };
  const variants = createVariants({
    directory,
    planning,
    persisted,
    rateLimit,
    log,
    executor: async ({ document, hash, request, context }) => {
      const definition = getOperationAST(document, request.operationName);
      if (!definition) throw new Refusal('BAD_USER_INPUT', { message: noOperation(request.operationName) });
      if (definition.operation === 'subscription') {
        throw new Refusal('BAD_USER_INPUT', { message: 'Subscriptions need a WebSocket, or accept: text/event-stream.' });
      }
      const operation = {
        document,
        definition,
        operationName: definition.name?.value,
        hash,
        variables: request.variables,
        extensions: request.extensions,
      };
      return pipeline.answer(operation, context);
    },
  });
  const uiTokens = createUiTokens({ keys, clock });
  const pipeline = createPipeline({
    directory,
    accessTokens: createAccessTokens({ directory, keys: createIssuerKeys({ now: () => clock().getTime() }), clock }),
    apiKeys: createApiKeys({ directory, clock }),
    uiTokens,
    baseDomain: settings.baseDomain,
    variants,
    rateLimit,
    maxCost: deps.maxCost ?? settings.maxCost,
    maxAnswer: deps.maxAnswer ?? settings.maxAnswer,
    introspection: settings.introspection,
    unauthorizedFields: settings.unauthorizedFields,
    shareQueries: settings.shareQueries,
    streamLimit: createStreamLimit(),
    unread,
    connections: connections.of,
    observe: metrics,
    recordUsage: usage.record,
    report,
  });
  const stopPreparing = directory.onChange((change) => {
    if (change.kind === 'set') void variants.prepare(change.hash, change.plugin);
  });
  let sockets: ReturnType<typeof registerSocketRoute> | undefined;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping.abort();
    stopPreparing();
    await sockets?.stop();
    await inFlight.settled(timing.drain ?? 5_000);
    await usage.stop();
    await variants.stop();
    if (!deps.thread) await planning.thread.stop();
    directory.stop();
    await Promise.all([connections.close(), dispatchers.requests.close(), dispatchers.streams.destroy()]);
  };

  return {
    async register(server) {
      registerGraphqlRoute(server, {
        pipeline,
        clientOf,
        persisted,
        registered,
        cors: createCors({ directory, rateLimit, baseDomain: settings.baseDomain, clientOf }),
        report,
        explorerPage: deps.explorerPage,
        bodyTimeoutMs: timing.body,
        unreadMs: timing.unread,
        unread,
        watch: { everyMs: timing.watch, spreadMs: timing.spread },
        stopping: stopping.signal,
        began: inFlight.began,
        observe,
        trace,
      });
      sockets = registerSocketRoute(server.server, {
        pipeline,
        clientOf,
        persisted,
        registered,
        log,
        report,
        observe,
        trace,
        unnamed: deps.unnamedConnections,
        unread,
        watch: { everyMs: timing.watch, spreadMs: timing.spread },
      });
      registerUiTokenRoute(server, { pipeline, clientOf, uiTokens, report, bodyTimeoutMs: timing.body });
      server.get('/.well-known/jwks.json', async (_request, reply) =>
        reply.header('cache-control', 'public, max-age=300').send(await keys.jwks()),
      );
      registerMetrics(server, { contentType: metrics.contentType, metrics: metrics.text });
    },
    async whoIs(request) {
      const { principal, tenant } = await pipeline
        .admit(arrivalOf(request.raw, clientOf))
        .catch(() => ({ principal: undefined, tenant: undefined }));
      if (principal?.kind !== 'signed-in' || principal.plugin !== undefined || !tenant) return undefined;
      return { userId: principal.user.id, tenantSlug: tenant.slug, roles: principal.roles };
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
};

const reportable = (error: unknown): unknown => (error instanceof GraphQLError ? (error.originalError ?? error) : error);
