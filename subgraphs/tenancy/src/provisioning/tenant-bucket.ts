import type { Settings } from '@plexica/foundation';

/** Name of a tenant's bucket; buckets share one namespace with other installations, so the prefix tells them apart. */
export const tenantBucket = ({ installation }: Pick<Settings, 'installation'>, slug: string): string =>
  `${installation.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-tenant-${slug}`;
