import type { TenantKey } from '@plexica/foundation/database';
import { anonymous, type Claims, type PluginHook } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity } from '../installation/installation.entity.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import { PluginServiceEntity } from '../registry/plugin-service.entity.ts';

/** One hook of one active installation. */
export interface HookSubscription {
  readonly pluginId: string;
  readonly serviceUrl: string | null;
  readonly hook: PluginHook;
  readonly claims: Claims;
}

/** The hooks that a tenant's active plugins subscribe to, by priority. */
export const createSubscriptions =
  ({ database }: Pick<PluginsDeps, 'database'>) =>
  async (tenant: TenantKey, kind: PluginHook['kind'], name: string): Promise<HookSubscription[]> => {
    const active = await database.tenant(tenant.id, (em) =>
      em.find(InstallationEntity, { status: 'ACTIVE' }, { orderBy: { createdAt: 'asc' } }),
    );
    if (!active.length) return [];
    const running = { $or: active.map(({ pluginId, pluginVersion }) => ({ pluginId, version: pluginVersion })) };
    const [versions, services] = await database.platform(async (em) => [
      await em.find(PluginVersionEntity, running),
      await em.find(PluginServiceEntity, running),
    ]);
    return active
      .flatMap(({ pluginId, grantedScopes, configurationVersion }) => {
        const manifest = versions.find((row) => row.pluginId === pluginId)?.manifest;
        const serviceUrl = services.find((row) => row.pluginId === pluginId)?.url ?? null;
        const claims: Claims = { ...anonymous, tenant, permissions: grantedScopes, configurationVersion };
        return (manifest?.hooks ?? [])
          .filter((hook) => hook.kind === kind && hook.hook === name)
          .map((hook) => ({ pluginId, serviceUrl, hook, claims }));
      })
      .sort((left, right) => left.hook.priority - right.hook.priority);
  };

export type Subscriptions = ReturnType<typeof createSubscriptions>;
