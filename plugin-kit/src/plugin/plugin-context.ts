import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';

/** What resolvers and hook handlers of a plugin work with, bound to the calling tenant. */
export interface PluginContext<Config = Record<string, unknown>> {
  readonly tenant: { readonly id: string; readonly slug: string };
  /** Null for hooks and for callers that are not signed in. */
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string } | null;
  /** Of the user, as far as the plugin may know them. */
  readonly permissions: readonly string[];
  readonly requestId: string;
  /** The installation's configuration, as the tenant's admins set it. */
  readonly config: Config;
  /** One transaction on the plugin's own schema of the calling tenant. */
  readonly db: <T>(work: (em: EntityManager) => Promise<T>) => Promise<T>;
  readonly log: Logger;
}
