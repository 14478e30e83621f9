import type { Work } from '@plexica/foundation';
import type { PluginManifest } from '@plexica/plugin-kit';
import { compare } from 'semver';
import type { Plugin, PluginVersionRow } from '../registry/plugin.entity.ts';

/** How the catalogue shows a plugin by this manifest. */
export const presentedBy = ({ name, description, author, category, icon }: PluginManifest) => ({
  name,
  description,
  author: author ?? null,
  category: category ?? null,
  icon: icon ?? null,
});

/** From here on tenants can install it, and it never changes again. */
export const releaseVersion = (
  plugin: Plugin,
  row: PluginVersionRow,
  { now, events }: { readonly now: Date } & Pick<Work, 'events'>,
): void => {
  const { version, manifest } = row;
  Object.assign(row, { status: 'PUBLISHED', publishedAt: now });
  // One that was never published has no version to be older than.
  if (plugin.status === 'DRAFT' || compare(version, plugin.latestVersion) >= 0)
    Object.assign(plugin, presentedBy(manifest), { latestVersion: version, status: 'PUBLISHED' });
  events.record('plugin.published', { plugin: { id: plugin.id, version } });
};
