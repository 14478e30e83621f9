import { LockMode } from '@mikro-orm/postgresql';
import type { UseCase, Work } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError, isDomainError, type PluginManifest, type SubgraphCall } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import type { PluginServices } from '../registry/plugin-service.ts';
import { publishedVersion } from '../registry/published-version.ts';
import type { TenantSets } from '../supergraph/tenant-plugins.ts';
import { fitConfiguration } from './configuration.ts';
import { checkDependencies } from './dependencies.ts';
import { InstallationEntity, type PluginInstallation } from './installation.entity.ts';
import { createInstallationWork, type Started } from './installation-work.ts';
import { tenantOf } from './tenant-of.ts';

interface InstallInput {
  readonly pluginId: string;
  readonly version?: string | null;
  readonly configuration?: Record<string, unknown> | null;
  readonly grantedScopes?: readonly string[] | null;
}

interface ConfigureInput {
  readonly pluginId: string;
  readonly configuration: Record<string, unknown>;
  readonly version?: number | null;
}

type ServiceDeps = PluginsDeps & { readonly tenantSets: TenantSets; readonly services: PluginServices };

const manage = { permission: 'plugins.manage' };

/** Use cases of the tenant's admins. Long work goes on as an operation; switching answers when it is done. */
export const createInstallations = (deps: ServiceDeps) => {
  const { database, changeFor, newId, clock, vault, pubsub, services, tenantSets } = deps;
  const work = createInstallationWork(deps);

  const find = (tenant: TenantKey, pluginId: string) => database.tenant(tenant.id, (em) => em.findOne(InstallationEntity, { pluginId }));

  const installed = async (tenant: TenantKey, pluginId: string): Promise<PluginInstallation> => {
    const found = await find(tenant, pluginId);
    if (!found) throw new DomainError('INSTALLATION_NOT_FOUND', { path: ['input', 'pluginId'] });
    return found;
  };

  /** The row, once: of two who install at the same time the second finds the first one's. */
  const claim = async (
    { em }: Work,
    state: Omit<PluginInstallation, 'id' | 'createdAt' | 'snapshot' | 'expect'>,
  ): Promise<PluginInstallation> => {
    await em.upsert(
      InstallationEntity,
      { id: newId(), createdAt: clock(), ...state },
      { onConflictFields: ['pluginId'], onConflictAction: 'ignore' },
    );
    em.clear();
    return em.findOneOrFail(InstallationEntity, { pluginId: state.pluginId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  };

  return {
    find: (call: SubgraphCall, pluginId: string) => find(tenantOf(call), pluginId),
    /** None for a tenant whose schema is not made yet, or gone. */
    all: async (tenantId: string): Promise<PluginInstallation[]> => {
      try {
        return await database.tenant(tenantId, (em) => em.find(InstallationEntity, {}, { orderBy: { createdAt: 'asc', id: 'asc' } }));
      } catch (error) {
        if (isDomainError(error) && error.code === 'TENANT_NOT_FOUND') return [];
        throw error;
      }
    },

    async install(call: SubgraphCall, input: InstallInput): Promise<Started> {
      const tenant = tenantOf(call);
      const { manifest } = await publishedVersion(database, input.pluginId, input.version);
      const grantedScopes = scopesOf(manifest, input.grantedScopes);
      const useCase: UseCase<InstallInput> = {
        action: 'plugin.install-begin',
        guard: manage,
        filter: {
          name: 'plugin.installing',
          payload: ({ configuration }) => ({ plugin: { id: manifest.id, version: manifest.version }, configuration: configuration ?? {} }),
          apply: (changed, payload) => ('configuration' in payload ? { ...changed, configuration: payload.configuration } : changed),
        },
      };
      const operationId = await changeFor(call)(useCase, input, async ({ configuration }, within) => {
        const state = {
          ...fitConfiguration(manifest, configuration ?? {}, vault),
          pluginId: manifest.id,
          pluginVersion: manifest.version,
          version: 1,
          // Never one that an earlier installation had: services keep what they were told for a number.
          configurationVersion: Math.floor(clock().getTime() / 1_000),
          status: 'INSTALLING' as const,
          grantedScopes,
          problems: [],
        };
        const row = await claim(within, { ...state, operationId: null, operationKind: null });
        const isNew = row.status === 'INSTALLING' && !row.operationId;
        if (!isNew && row.status !== 'FAILED') {
          if (row.pluginVersion !== manifest.version) throw new DomainError('INSTALLATION_EXISTS', { path: ['input', 'version'] });
          return row.operationKind === 'PLUGIN_INSTALL' ? row.operationId : null;
        }
        Object.assign(row, state);
        within.audit({ target: { type: 'plugin', id: manifest.id }, after: { version: manifest.version, grantedScopes } });
        return work.request(within, row, 'PLUGIN_INSTALL');
      });
      pubsub.publish(`installation.${tenant.id}`, { pluginId: manifest.id });
      return { installation: await find(tenant, manifest.id), operation: operationId ? { id: operationId } : null };
    },

    async activate(call: SubgraphCall, pluginId: string): Promise<Started> {
      const row = await installed(tenantOf(call), pluginId);
      const [{ manifest }, url] = await Promise.all([
        publishedVersion(database, pluginId, row.pluginVersion, { orDeprecated: true }),
        services.urlOf(pluginId, row.pluginVersion),
      ]);
      if (!url) throw new DomainError('PLUGIN_SERVICE_MISSING', { path: ['input', 'pluginId'] });
      const operationId = await work.begin(call, {
        action: 'plugin.activate-begin',
        pluginId,
        kind: 'PLUGIN_ACTIVATE',
        from: ['INSTALLED', 'DEACTIVATED'],
        already: ['ACTIVE'],
        check:
          manifest.dependencies && (async (em) => checkDependencies(manifest, await em.find(InstallationEntity, { status: 'ACTIVE' }))),
      });
      return work.finished(call, pluginId, operationId);
    },

    async deactivate(call: SubgraphCall, pluginId: string): Promise<Started> {
      const operationId = await work.begin(call, {
        action: 'plugin.deactivate-begin',
        pluginId,
        kind: 'PLUGIN_DEACTIVATE',
        from: ['ACTIVE'],
        already: ['DEACTIVATED', 'INSTALLED'],
      });
      return work.finished(call, pluginId, operationId);
    },

    async uninstall(call: SubgraphCall, { pluginId, confirm }: { pluginId: string; confirm: string }): Promise<Started> {
      if (confirm !== pluginId) throw new DomainError('CONFIRMATION_MISMATCH', { path: ['input', 'confirm'] });
      const operationId = await work.begin(call, {
        action: 'plugin.uninstall-begin',
        pluginId,
        kind: 'PLUGIN_UNINSTALL',
        from: ['INSTALLED', 'ACTIVE', 'DEACTIVATED', 'FAILED', 'UNINSTALLING'],
        already: [],
      });
      return { installation: await find(tenantOf(call), pluginId), operation: operationId ? { id: operationId } : null };
    },

    async configure(call: SubgraphCall, { pluginId, configuration, version }: ConfigureInput): Promise<PluginInstallation> {
      const tenant = tenantOf(call);
      const { pluginVersion } = await installed(tenant, pluginId);
      const { manifest } = await publishedVersion(database, pluginId, pluginVersion, { orDeprecated: true });
      const changed = await changeFor(call)(
        { action: 'plugin.configure', guard: manage },
        configuration,
        async (values, { em, events, audit }) => {
          const row = await em.findOne(InstallationEntity, { pluginId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
          if (!row) throw new DomainError('INSTALLATION_NOT_FOUND', { path: ['input', 'pluginId'] });
          row.expect(version);
          const before = row.configuration;
          Object.assign(row, fitConfiguration(manifest, values, vault, { configuration: before, secrets: row.secrets ?? null }));
          row.version += 1;
          row.configurationVersion += 1;
          events.record('plugin.configured', { plugin: row.snapshot });
          audit({ target: { type: 'plugin', id: pluginId }, before, after: row.configuration });
          return row;
        },
      );
      if (changed.status === 'ACTIVE') await tenantSets.follow(tenant);
      pubsub.publish(`installation.${tenant.id}`, { pluginId });
      return changed;
    },
  };
};

export type Installations = ReturnType<typeof createInstallations>;

/** Everything the plugin asks for, unless less is granted; never what it does not ask for. */
const scopesOf = ({ scopes }: PluginManifest, granted: readonly string[] | null | undefined): string[] => {
  const undeclared = granted?.find((scope) => !scopes.includes(scope));
  if (undeclared)
    throw new DomainError('BAD_USER_INPUT', {
      message: `The plugin does not ask for ${undeclared}.`,
      path: ['input', 'grantedScopes'],
    });
  return [...(granted ?? scopes)];
};
