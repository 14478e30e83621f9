import type { Foundation } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import type { Subgraph } from '@plexica/plugin-kit';
import type { Composer } from './composition/composer.ts';

/** What the plugins subgraph needs of the rest of Plexica. */
export interface PluginsDeps
  extends Pick<
    Foundation,
    | 'database'
    | 'changeFor'
    | 'operations'
    | 'pubsub'
    | 'storage'
    | 'keys'
    | 'vault'
    | 'events'
    | 'clock'
    | 'newId'
    | 'settings'
    | 'log'
    | 'tracer'
    | 'state'
  > {
  /** The core, this subgraph included; asked late, since it is one of them. */
  readonly core: () => readonly Pick<Subgraph, 'name' | 'sdl'>[];
  readonly composer: Composer;
  readonly tenants: { byId(id: string): Promise<TenantKey | undefined> };
  readonly permissionRegistry: PermissionRegistry;
}

/** Permissions that plugins add to a tenant; the owner of roles implements it. Each may be called twice. */
export interface PermissionRegistry {
  add(
    tenant: TenantKey,
    pluginId: string,
    permissions: readonly { name: string; description: string; roles: readonly string[] }[],
  ): Promise<void>;
  remove(tenant: TenantKey, pluginId: string): Promise<void>;
}
