import { createFoundation, type Environment, type FoundationOptions, type RunningFoundation } from '@plexica/foundation';
import { platformTenant } from '@plexica/foundation/database';
import { issuerPersistence, type OpenedIdentityProvider, openIdentityProvider } from '@plexica/foundation/identity-provider';
import type { Directory } from '@plexica/gateway';
import {
  createIdentitySubgraph,
  createOnboarding,
  createPermissionRegistry,
  createPrincipals,
  createSignInPolicy,
  identityPersistence,
  type Onboarding,
  startAccountSync,
} from '@plexica/identity';
import type { Subgraph } from '@plexica/plugin-kit';
import { type CreatePluginsDeps, createPlugins, type Plugins, pluginsPersistence } from '@plexica/plugins';
import { createTenancySubgraph, createTenantDirectory, registerTenancyOperations, tenancyPersistence, watchGrace } from '@plexica/tenancy';
import { refuseDemoAccounts } from '../demo/refuse-demo-accounts.ts';
import { createDirectory } from './directory.ts';

/** Foundation, core subgraphs and what they know of each other, in one process. */
export interface Core {
  readonly foundation: RunningFoundation;
  readonly issuer: OpenedIdentityProvider;
  readonly subgraphs: readonly Subgraph[];
  readonly directory: Directory;
  readonly onboarding: Onboarding;
  readonly plugins: Plugins;
  /** Brings the database up to date, then runs operations, hooks and what follows events and sign-ins, until it stops. */
  work(): Promise<void>;
  stop(): Promise<void>;
}

export type CoreOptions = Pick<FoundationOptions, 'log' | 'clock' | 'onBoundary' | 'pauseMs'> & Pick<CreatePluginsDeps, 'composer'>;

/** Wires the core: each subgraph gets the foundation, and of the others only the ports it names. */
export const createCore = async (environment: Environment, options: CoreOptions = {}): Promise<Core> => {
  let policy: ReturnType<typeof createSignInPolicy> | undefined;
  let issuer: OpenedIdentityProvider | undefined;
  const foundation = await createFoundation(environment, {
    ...options,
    modules: [issuerPersistence, tenancyPersistence, identityPersistence, pluginsPersistence],
    identity: async (parts) => {
      issuer = await openIdentityProvider(environment, {
        ...parts,
        policy: () => policy ?? unready(),
        realmInfo: async (realm) => tenants.presentation(realm),
      });
      return issuer;
    },
  });
  const tenants = createTenantDirectory(foundation);
  const identityDeps = { ...foundation, tenantStatus: (slug: string) => tenants.bySlug(slug) };
  policy = createSignInPolicy(identityDeps);
  const onboarding = createOnboarding(identityDeps);
  const permissions = createPermissionRegistry(identityDeps);

  const plugins = createPlugins({
    ...foundation,
    permissionRegistry: permissions,
    tenants,
    core: () => subgraphs,
    composer: options.composer,
  });
  const subgraphs: readonly Subgraph[] = [createTenancySubgraph(foundation), createIdentitySubgraph(identityDeps), plugins.subgraph];
  foundation.useFilters(plugins.filters);
  registerTenancyOperations({ ...foundation, onboarding, plugins: plugins.first });
  plugins.registerOperations();

  const stops: (() => Promise<void>)[] = [];
  return {
    foundation,
    issuer: issuer ?? unready(),
    subgraphs,
    directory: createDirectory({
      tenants,
      principals: createPrincipals(identityDeps),
      plugins: { ...plugins.sets, pluginOperations: plugins.uiOperations, recordUsage: plugins.usage.record },
      realms: foundation.identity,
      pubsub: foundation.pubsub,
      platform: platformTenant,
    }),
    onboarding,
    plugins,
    async work() {
      await preparePlatformRealm(foundation, onboarding);
      if (!environment.PLEXICA_DEMO) await refuseDemoAccounts(foundation.identity);
      // A tenant whose migration failed is as it was, and tried again at the next start or by `pnpm db:migrate`.
      for (const { tenant, error } of await foundation.database.migrate())
        if (error) foundation.log.error({ tenant, error }, 'a schema could not be migrated');
      await plugins.sets.ensureInitialSupergraphs();
      await foundation.operations.work();
      stops.push(
        await plugins.startHooks(),
        await startAccountSync(identityDeps),
        foundation.identity.watchSignIns(),
        watchGrace(foundation),
      );
    },
    async stop() {
      for (const stop of stops) await stop();
      await plugins.stop();
      await foundation.stop();
    },
  };
};

// The platform's own realm has the shape of a tenant, and is there before anybody signs in.
const preparePlatformRealm = async ({ database, identity }: RunningFoundation, onboarding: Onboarding): Promise<void> => {
  await database.createTenantSchema(platformTenant);
  await identity.createRealm(platformTenant.slug, 'Plexica');
  await onboarding.createBuiltInRoles(platformTenant);
};

const unready = (): never => {
  throw new Error('Asked before the core was assembled.');
};
