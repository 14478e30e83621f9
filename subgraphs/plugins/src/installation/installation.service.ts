import type { OperationKind, UseCase, Work } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { PluginEntity, PluginVersionEntity, type PluginVersionRow } from '../registry/plugin.entity.ts';
import type { TenantSets } from '../supergraph/tenant-plugins.ts';
import { fitConfiguration } from './configuration.ts';
import { InstallationEntity, type PluginInstallation } from './installation.entity.ts';

interface InstallInput {
  readonly pluginId: string;
  readonly version?: string | null;
  readonly configuration?: Record<string, unknown> | null;
  readonly grantedScopes?: readonly string[] | null;
}

interface Started {
  readonly installation: PluginInstallation | null;
  /** Null when all is done already. */
  readonly operation: { readonly id: string } | null;
}

const manage = { permission: 'plugins.manage' };

/** Use cases of the tenant's admins. Long work goes on as an operation; switching answers when it is done. */
export const createInstallations = (deps: PluginsDeps & { readonly tenantSets: TenantSets }) => {
  const { database, changeFor, operations, newId, clock, vault, pubsub } = deps;

  const tenantOf = ({ claims }: SubgraphCall): TenantKey => {
    if (!claims.tenant) throw new DomainError('TENANT_NOT_FOUND');
    return claims.tenant;
  };
  const find = (tenant: TenantKey, pluginId: string) => database.tenant(tenant.id, (em) => em.findOne(InstallationEntity, { pluginId }));

  const published = (pluginId: string, version?: string | null): Promise<PluginVersionRow> =>
    database.platform(async (em) => {
      const plugin = await em.findOne(PluginEntity, { id: pluginId });
      const wanted = plugin && (await em.findOne(PluginVersionEntity, { pluginId, version: version ?? plugin.latestVersion }));
      if (!plugin || wanted?.status !== 'PUBLISHED')
        throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', version ? 'version' : 'pluginId'] });
      return wanted as PluginVersionRow;
    });

  const begin = async (
    call: SubgraphCall,
    useCase: UseCase<object>,
    pluginId: string,
    decide: (row: PluginInstallation, work: Work) => OperationKind | undefined,
  ): Promise<string | undefined> =>
    changeFor(call)(useCase, {}, async (_, work) => {
      const row = await work.em.findOne(InstallationEntity, { pluginId });
      if (!row) throw new DomainError('INSTALLATION_NOT_FOUND', { path: ['input', 'pluginId'] });
      const kind = decide(row, work);
      if (!kind) return undefined;
      row.operationId = work.operations.request(kind, { pluginId, version: row.pluginVersion });
      work.audit({ target: { type: 'plugin', id: pluginId } });
      return row.operationId;
    });

  const finished = async (call: SubgraphCall, pluginId: string, operationId: string | undefined): Promise<Started> => {
    const tenant = tenantOf(call);
    if (operationId) {
      const { status, error } = await operations.settled(operationId, { timeoutMs: 20_000 });
      if (status !== 'SUCCEEDED') throw new DomainError('PLUGIN_SCHEMA_INVALID', { message: error ?? 'The switch failed and was undone.' });
    }
    return { installation: await find(tenant, pluginId), operation: null };
  };

  return {
    find: (call: SubgraphCall, pluginId: string) => find(tenantOf(call), pluginId),
    all: (tenantId: string) =>
      database.tenant(tenantId, (em) => em.find(InstallationEntity, {}, { orderBy: { createdAt: 'asc', id: 'asc' } })),

    async install(call: SubgraphCall, input: InstallInput): Promise<Started> {
      const tenant = tenantOf(call);
      const version = await published(input.pluginId, input.version);
      const { manifest } = version;
      const scopes = [...(input.grantedScopes ?? manifest.scopes)];
      const undeclared = scopes.find((scope) => !manifest.scopes.includes(scope));
      if (undeclared)
        throw new DomainError('BAD_USER_INPUT', {
          message: `The plugin does not ask for ${undeclared}.`,
          path: ['input', 'grantedScopes'],
        });
      const useCase: UseCase<InstallInput> = {
        action: 'plugin.install-begin',
        guard: manage,
        filter: {
          name: 'plugin.installing',
          payload: ({ configuration }) => ({ plugin: { id: manifest.id, version: manifest.version }, configuration: configuration ?? {} }),
          apply: (changed, payload) => ('configuration' in payload ? { ...changed, configuration: payload.configuration } : changed),
        },
      };
      const started = await changeFor(call)(useCase, input, async ({ configuration }, work): Promise<{ id: string | null }> => {
        const row = await work.em.findOne(InstallationEntity, { pluginId: manifest.id });
        if (row && row.status !== 'FAILED') {
          if (row.pluginVersion !== manifest.version) throw new DomainError('INSTALLATION_EXISTS', { path: ['input', 'version'] });
          return { id: row.status === 'INSTALLING' ? (row.operationId ?? null) : null };
        }
        const fitted = fitConfiguration(manifest, configuration ?? {}, vault);
        const operationId = work.operations.request('PLUGIN_INSTALL', { pluginId: manifest.id, version: manifest.version });
        const state = {
          ...fitted,
          pluginVersion: manifest.version,
          status: 'INSTALLING' as const,
          grantedScopes: scopes,
          problems: [],
          operationId,
        };
        if (row) Object.assign(row, state);
        else
          work.em.create(InstallationEntity, {
            id: newId(),
            pluginId: manifest.id,
            version: 1,
            configurationVersion: 1,
            createdAt: clock(),
            ...state,
          });
        work.audit({ target: { type: 'plugin', id: manifest.id }, after: { version: manifest.version, grantedScopes: scopes } });
        return { id: operationId };
      });
      pubsub.publish(`installation.${tenant.id}`, { pluginId: manifest.id });
      return { installation: await find(tenant, manifest.id), operation: started.id ? { id: started.id } : null };
    },

    async activate(call: SubgraphCall, pluginId: string): Promise<Started> {
      const operationId = await begin(call, { action: 'plugin.activate-begin', guard: manage }, pluginId, ({ status }) => {
        if (status === 'ACTIVE') return undefined;
        if (status !== 'INSTALLED' && status !== 'DEACTIVATED')
          throw new DomainError('INSTALLATION_NOT_READY', { path: ['input', 'pluginId'] });
        return 'PLUGIN_ACTIVATE';
      });
      return finished(call, pluginId, operationId);
    },

    async deactivate(call: SubgraphCall, pluginId: string): Promise<Started> {
      const operationId = await begin(call, { action: 'plugin.deactivate-begin', guard: manage }, pluginId, ({ status }) => {
        if (status === 'DEACTIVATED' || status === 'INSTALLED') return undefined;
        if (status !== 'ACTIVE') throw new DomainError('INSTALLATION_NOT_READY', { path: ['input', 'pluginId'] });
        return 'PLUGIN_DEACTIVATE';
      });
      return finished(call, pluginId, operationId);
    },

    async uninstall(call: SubgraphCall, { pluginId, confirm }: { pluginId: string; confirm: string }): Promise<Started> {
      if (confirm !== pluginId) throw new DomainError('CONFIRMATION_MISMATCH', { path: ['input', 'confirm'] });
      const operationId = await begin(call, { action: 'plugin.uninstall-begin', guard: manage }, pluginId, ({ status, ...row }) => {
        if (status === 'INSTALLING' || status === 'UPGRADING')
          throw new DomainError('INSTALLATION_NOT_READY', { path: ['input', 'pluginId'] });
        return status === 'UNINSTALLING' && row.operationId ? undefined : 'PLUGIN_UNINSTALL';
      });
      const installation = await find(tenantOf(call), pluginId);
      return {
        installation,
        operation: operationId ? { id: operationId } : installation?.operationId ? { id: installation.operationId } : null,
      };
    },

    async configure(
      call: SubgraphCall,
      { pluginId, configuration, version }: { pluginId: string; configuration: Record<string, unknown>; version?: number | null },
    ): Promise<PluginInstallation> {
      const tenant = tenantOf(call);
      const known = await find(tenant, pluginId);
      if (!known) throw new DomainError('INSTALLATION_NOT_FOUND', { path: ['input', 'pluginId'] });
      const { manifest } = await published(pluginId, known.pluginVersion);
      const changed = await changeFor(call)(
        { action: 'plugin.configure', guard: manage },
        configuration,
        async (values, { em, events, audit }) => {
          const row = await em.findOneOrFail(InstallationEntity, { pluginId });
          row.expect(version);
          const before = row.configuration;
          Object.assign(row, fitConfiguration(manifest, values, vault, { configuration: row.configuration, secrets: row.secrets ?? null }));
          row.version += 1;
          row.configurationVersion += 1;
          events.record('plugin.configured', { plugin: row.snapshot });
          audit({ target: { type: 'plugin', id: pluginId }, before, after: row.configuration });
          return row;
        },
      );
      if (changed.status === 'ACTIVE') await deps.tenantSets.follow(tenant);
      pubsub.publish(`installation.${tenant.id}`, { pluginId });
      return changed;
    },
  };
};

export type Installations = ReturnType<typeof createInstallations>;
