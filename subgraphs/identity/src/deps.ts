import type { Foundation } from '@plexica/foundation';
import type { TenantState } from './tenant/tenant-state.ts';

/** What identity needs of the rest of Plexica. */
export interface IdentityDeps
  extends Pick<
    Foundation,
    'database' | 'changeFor' | 'identity' | 'pubsub' | 'mailer' | 'clock' | 'newId' | 'log' | 'tracer' | 'settings'
  > {
  /** Answered by the owner of tenants; undefined for a slug nobody has. Never asked about the platform's own realm. */
  readonly tenantStatus: (slug: string) => Promise<TenantState | undefined>;
}
