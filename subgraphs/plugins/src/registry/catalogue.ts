import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError, isDomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { pluginBucket } from '../files/plugin-bundle.ts';
import { InstallationEntity } from '../installation/installation.entity.ts';
import { TenantPluginSetEntity } from '../supergraph/plugin-set.entity.ts';
import { type Plugin, PluginEntity, PluginVersionEntity, type ReviewStatus } from './plugin.entity.ts';

export interface Presentation {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly category?: string | null;
  readonly icon?: string | null;
}

type CatalogueDeps = Pick<PluginsDeps, 'changeFor' | 'storage' | 'database'>;

/** What platform admins do with plugins that are published already. */
export const createCatalogue = ({ changeFor, storage, database }: CatalogueDeps) => {
  const asAdmin = { scope: 'platform', guard: { role: superAdmin } } as const;

  const pluginOf = async (em: EntityManager, id: string): Promise<Plugin> => {
    const plugin = await em.findOne(PluginEntity, { id });
    if (!plugin) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', 'pluginId'] });
    return plugin;
  };

  /** The shared rows say where to look; the tenants' own say whether it is so. */
  const isInUse = async (pluginId: string): Promise<boolean> => {
    const rows = await database.platform((em) => em.findAll(TenantPluginSetEntity));
    for (const { tenantId } of rows.filter(({ installed }) => Object.hasOwn(installed, pluginId))) {
      const found = database.tenant(tenantId, (em) => em.count(InstallationEntity, { pluginId }));
      if (await found.catch(noneWhenGone)) return true;
    }
    return false;
  };

  return {
    /** How the catalogue shows it, until a newer version says otherwise. */
    present: (call: SubgraphCall, pluginId: string, presentation: Presentation): Promise<Plugin> =>
      changeFor(call)({ ...asAdmin, action: 'plugin.update' }, presentation, async (shown, { em, audit }) => {
        const plugin = await pluginOf(em, pluginId);
        const said = Object.entries(shown).filter(([, value]) => value !== undefined);
        const emptied = said.find(([field, value]) => (field === 'name' || field === 'description') && !value);
        if (emptied) throw new DomainError('BAD_USER_INPUT', { message: `A plugin has a ${emptied[0]}.`, path: ['input', emptied[0]] });
        Object.assign(plugin, Object.fromEntries(said));
        audit({ target: { type: 'plugin', id: pluginId }, after: Object.fromEntries(said) });
        return plugin;
      }),

    /** No new installations, of one version or of any; those that exist go on working. */
    deprecate: (call: SubgraphCall, pluginId: string, version?: string | null): Promise<Plugin> =>
      changeFor(call)({ ...asAdmin, action: 'plugin.deprecate' }, version, async (_, { em, audit }) => {
        const plugin = await pluginOf(em, pluginId);
        const released = { pluginId, status: { $in: ['PUBLISHED', 'DEPRECATED'] as ReviewStatus[] } };
        const changed = await em.nativeUpdate(PluginVersionEntity, { ...released, ...(version && { version }) }, { status: 'DEPRECATED' });
        if (!changed) throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', 'version'] });
        if (!(await em.count(PluginVersionEntity, { pluginId, status: 'PUBLISHED' }))) plugin.status = 'DEPRECATED';
        audit({ target: { type: 'plugin', id: pluginId }, after: { deprecated: version ?? 'all versions' } });
        return plugin;
      }),

    /** With all versions, services and files; PLUGIN_IN_USE while a tenant has it installed. */
    async remove(call: SubgraphCall, pluginId: string): Promise<Plugin> {
      if (await isInUse(pluginId)) throw new DomainError('PLUGIN_IN_USE', { path: ['input', 'pluginId'] });
      const removed = await changeFor(call)({ ...asAdmin, action: 'plugin.delete' }, pluginId, async (id, { em, audit }) => {
        const plugin = await pluginOf(em, id);
        await em.nativeDelete(PluginEntity, { id });
        audit({ target: { type: 'plugin', id }, before: { name: plugin.name, latestVersion: plugin.latestVersion } });
        return plugin;
      });
      for (const key of await storage.list(pluginBucket, `${pluginId}/`)) await storage.delete(pluginBucket, key);
      return removed;
    },
  };
};

const noneWhenGone = (error: unknown): number => {
  if (isDomainError(error) && error.code === 'TENANT_NOT_FOUND') return 0;
  throw error;
};

export type Catalogue = ReturnType<typeof createCatalogue>;
