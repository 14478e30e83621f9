import type { Database } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import { PluginEntity, PluginVersionEntity, type PluginVersionRow } from './plugin.entity.ts';

/** A version that tenants can install, the newest unless one is named; PLUGIN_NOT_FOUND otherwise. Deprecated ones only on demand. */
export const publishedVersion = (
  database: Database,
  pluginId: string,
  version?: string | null,
  { orDeprecated = false } = {},
): Promise<PluginVersionRow> =>
  database.platform(async (em) => {
    const plugin = await em.findOne(PluginEntity, { id: pluginId });
    const row = plugin && (await em.findOne(PluginVersionEntity, { pluginId, version: version ?? plugin.latestVersion }));
    const usable = (status: string) => status === 'PUBLISHED' || (orDeprecated && status === 'DEPRECATED');
    if (!plugin || !row || !usable(plugin.status) || !usable(row.status))
      throw new DomainError('PLUGIN_NOT_FOUND', { path: ['input', version ? 'version' : 'pluginId'] });
    return row as PluginVersionRow;
  });
