import type { Foundation } from '@plexica/foundation';

/** What tenancy needs of the rest of Plexica. */
export type TenancyDeps = Pick<
  Foundation,
  'database' | 'changeFor' | 'operations' | 'pubsub' | 'identity' | 'storage' | 'clock' | 'newId' | 'settings' | 'log' | 'tracer' | 'events'
>;
