import { createHash } from 'node:crypto';
import type { TenantKey } from './database.ts';

const limit = 63;

/** PostgreSQL cuts names at 63 bytes silently; a long one ends in a hash of the whole instead. */
export const shortened = (name: string): string => {
  if (Buffer.byteLength(name) <= limit) return name;
  const hash = hashOf(name).slice(0, 10);
  return `${name.slice(0, limit - hash.length - 1)}_${hash}`;
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const underscored = (slug: string): string => slug.replaceAll('-', '_');

export const tenantSchemaName = (slug: string): string => shortened(`tenant_${underscored(slug)}`);

/**
 * Roles are cluster-wide: the installation's prefix keeps two installations on one server apart. The mark of the id keeps two
 * tenants apart that bear the same slug one after the other: who still remembers the first one's role finds nothing behind it.
 */
export const tenantRoleName = (installation: string, { id, slug }: TenantKey): string =>
  shortened(`${installation}_tenant_${underscored(slug)}_${hashOf(id).slice(0, 8)}`);

/** A slug never holds `--`, so the names of tenants and of their plugins can't meet. */
export const pluginSchemaName = (slug: string, pluginId: string): string =>
  shortened(`tenant_${underscored(slug)}__${underscored(pluginId)}`);

export const pluginRoleName = (installation: string, slug: string, pluginId: string): string =>
  shortened(`${installation}_plugin_${underscored(slug)}__${underscored(pluginId)}`);

export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
