import { answerUnavailable, createPluginDispatcher, createUploadStore, type FilterChain, type SessionCheck } from '@plexica/foundation';
import { createSubgraph, type Subgraph } from '@plexica/plugin-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Dispatcher, fetch as undiciFetch } from 'undici';
import { type Composer, createComposer } from './composition/composer.ts';
import { type PluginsContext, type PluginsParts, pluginsContext } from './context.ts';
import type { PluginsDeps } from './deps.ts';
import { registerPluginFiles, registerUploads } from './files/routes.ts';
import { createDeadLetters } from './hook/dead-letters.ts';
import { DeliveryResolver } from './hook/delivery.resolver.ts';
import { createFilterChain } from './hook/filter-chain.ts';
import { HookResolver } from './hook/hook.resolver.ts';
import { createHookCaller } from './hook/hook-caller.ts';
import { type DeliveryPolicy, startHookDispatcher } from './hook/hook-dispatcher.ts';
import { createSubscriptions } from './hook/subscriptions.ts';
import { createFirstPlugins, type FirstPlugins } from './installation/first-plugins.ts';
import { InstallationEntity } from './installation/installation.entity.ts';
import { registerInstallationOperations } from './installation/installation.operations.ts';
import { InstallationResolver } from './installation/installation.resolver.ts';
import { createInstallations } from './installation/installation.service.ts';
import { createVersionCheck } from './publish/check-version.ts';
import { createPublishing } from './publish/publish-plugin.ts';
import { CatalogueResolver } from './registry/catalogue.resolver.ts';
import { createCatalogue } from './registry/catalogue.ts';
import { PluginEntity } from './registry/plugin.entity.ts';
import { PluginResolver } from './registry/plugin.resolver.ts';
import { createPluginServices } from './registry/plugin-service.ts';
import { createUiOperations, type UiOperations } from './registry/ui-operations.ts';
import { ReviewResolver } from './review/review.resolver.ts';
import { createReviews } from './review/review.service.ts';
import { registerRuntime } from './runtime/runtime-route.ts';
import { TenantPluginSetEntity } from './supergraph/plugin-set.entity.ts';
import { createPluginSets } from './supergraph/plugin-sets.ts';
import { SupergraphResolver, Tenant, TenantPluginsResolver } from './supergraph/supergraph.resolver.ts';
import { createTenantSets, type TenantSets } from './supergraph/tenant-plugins.ts';
import { createOperationUsages, type OperationUsages } from './usage/operation-usages.ts';
import { UsedOperationResolver } from './usage/used-operation.resolver.ts';

/** The registry and everything that comes with it. */
export interface Plugins {
  readonly subgraph: Subgraph;
  readonly sets: TenantSets;
  /** What the UI of a version asks, by the digest of its content. */
  readonly uiOperations: UiOperations;
  /** Which operations tenants use. */
  readonly usage: OperationUsages;
  readonly filters: FilterChain;
  /** For tenancy, which provisions tenants with their first plugins. */
  readonly first: FirstPlugins;
  /** Installing, switching, removing, as operations. */
  registerOperations(): void;
  /** Delivers events to the actions of active plugins. */
  startHooks(): Promise<() => Promise<void>>;
  registerRoutes(server: FastifyInstance, access: RouteAccess): Promise<void>;
  stop(): Promise<void>;
}

export interface RouteAccess {
  readonly whoIs: (request: FastifyRequest) => Promise<{ readonly userId: string } | undefined>;
  readonly sessionCounts: SessionCheck;
}

export type CreatePluginsDeps = Omit<PluginsDeps, 'composer'> & {
  /** Where supergraphs are composed; a thread of its own when absent. */
  readonly composer?: Composer;
  /** How patiently hooks are delivered; ten attempts over four minutes unless told. */
  readonly deliveries?: DeliveryPolicy;
};

/** Puts the parts of the plugins subgraph together. */
export const createPlugins = (given: CreatePluginsDeps): Plugins => {
  const deps: PluginsDeps = { ...given, composer: given.composer ?? createComposer() };
  let dispatcher: Dispatcher | undefined;
  const pluginFetch = ((url: string, init?: object) => {
    dispatcher ??= createPluginDispatcher({ allowedHosts: deps.settings.pluginHosts, connectTimeoutMs: 2_000 });
    return undiciFetch(url, { ...init, dispatcher });
  }) as unknown as typeof globalThis.fetch;

  const sets = createPluginSets(deps);
  const tenantSets = createTenantSets({ ...deps, sets, pluginFetch });
  const uploads = createUploadStore(deps);
  const usage = createOperationUsages(deps);
  const check = createVersionCheck({ ...deps, usage });
  const services = createPluginServices({
    ...deps,
    activeTenants: (pluginId, version) => tenantsWith(deps, pluginId, version),
  });
  const installations = createInstallations({ ...deps, tenantSets, services });
  const parts: PluginsParts = {
    deps,
    tenantSets,
    usage,
    services,
    installations,
    pluginFetch,
    publishing: createPublishing({ ...deps, uploads, check }),
    reviews: createReviews({ ...deps, check }),
    catalogue: createCatalogue(deps),
    deadLetters: createDeadLetters(deps),
  };
  const hooks = { ...deps, subscriptions: createSubscriptions(deps), call: createHookCaller({ keys: deps.keys, fetch: pluginFetch }) };

  return {
    subgraph: pluginsSubgraph(parts),
    sets: tenantSets,
    uiOperations: createUiOperations(deps),
    usage,
    filters: createFilterChain(hooks),
    first: createFirstPlugins(deps, installations),
    registerOperations: () => registerInstallationOperations({ ...deps, sets, tenantSets }),
    startHooks: () => startHookDispatcher({ ...hooks, policy: given.deliveries }),
    async registerRoutes(server, access) {
      registerRuntime(server, { ...deps, services, sessionCounts: access.sessionCounts });
      await server.register(async (scope) => {
        answerUnavailable(scope);
        registerPluginFiles(scope, deps);
        await scope.register(async (own) => registerUploads(own, { uploads, whoIs: access.whoIs }));
        await deps.storage.register?.(scope);
      });
    },
    async stop() {
      if (!given.composer) await deps.composer.stop();
      await dispatcher?.close();
    },
  };
};

const pluginsSubgraph = (parts: PluginsParts): Subgraph =>
  createSubgraph<Omit<PluginsContext, 'call'>>({
    name: 'plugins',
    resolvers: [
      PluginResolver,
      CatalogueResolver,
      ReviewResolver,
      InstallationResolver,
      SupergraphResolver,
      TenantPluginsResolver,
      HookResolver,
      DeliveryResolver,
      UsedOperationResolver,
    ],
    orphanedTypes: [Tenant],
    references: {
      Tenant: ({ id }: { id: string }) => ({ id }),
      Plugin: ({ id }: { id: string }, { deps }) => deps.database.platform((em) => em.findOne(PluginEntity, { id })),
      PluginInstallation: ({ id }: { id: string }, { deps, call }) =>
        call.claims.tenant ? deps.database.tenant(call.claims.tenant.id, (em) => em.findOne(InstallationEntity, { id })) : null,
    },
    context: (call) => pluginsContext(parts, call),
    tracer: parts.deps.tracer,
    report: (error, { requestId }) => parts.deps.log.error({ error, requestId }, 'plugins failed unexpectedly'),
  });

const tenantsWith = async ({ database, tenants }: PluginsDeps, pluginId: string, version: string): Promise<string[]> => {
  const rows = await database.platform((em) => em.findAll(TenantPluginSetEntity));
  const active = rows.filter(({ plugins }) => plugins[pluginId]?.version === version);
  const found = await Promise.all(active.map(({ tenantId }) => tenants.byId(tenantId)));
  return found.flatMap((tenant) => (tenant ? [tenant.slug] : []));
};
