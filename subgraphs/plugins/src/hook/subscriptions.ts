import type { TenantKey } from '@plexica/foundation/database';
import { anonymous, type Claims, type PluginHook } from '@plexica/plugin-kit';
import { LRUCache } from 'lru-cache';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity, type PluginInstallation } from '../installation/installation.entity.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import { PluginServiceEntity } from '../registry/plugin-service.entity.ts';

/** One hook of one active installation. */
export interface HookSubscription {
  readonly pluginId: string;
  readonly serviceUrl: string | null;
  readonly hook: PluginHook;
  readonly claims: Claims;
}

const versionsAtMost = 5_000;

/** The hooks that a tenant's active plugins subscribe to, by priority. */
export const createSubscriptions = ({ database }: Pick<PluginsDeps, 'database'>) => {
  // What a version was published with it keeps.
  const known = new LRUCache<string, readonly PluginHook[]>({ max: versionsAtMost });

  const learn = async (active: readonly Running[]): Promise<void> => {
    const unknown = active.filter((each) => !known.has(named(each)));
    if (!unknown.length) return;
    const rows = await database.platform((em) =>
      em.find(PluginVersionEntity, versionsOf(unknown), { fields: ['pluginId', 'version', 'manifest'] }),
    );
    for (const { pluginId, version, manifest } of rows) known.set(named({ pluginId, pluginVersion: version }), manifest.hooks);
  };
  const urlsOf = async (active: readonly Running[]): Promise<ReadonlyMap<string, string>> => {
    const services = await database.platform((em) => em.find(PluginServiceEntity, versionsOf(active)));
    return new Map(services.map(({ pluginId, url }) => [pluginId, url]));
  };

  return async (tenant: TenantKey, kind: PluginHook['kind'], name: string): Promise<HookSubscription[]> => {
    const active = await database.tenant(tenant.id, (em) =>
      em.find(
        InstallationEntity,
        { status: 'ACTIVE' },
        { orderBy: { createdAt: 'asc' }, fields: ['pluginId', 'pluginVersion', 'grantedScopes', 'configurationVersion'] },
      ),
    );
    await learn(active);
    const hooksOf = (running: Running) => (known.get(named(running)) ?? []).filter((hook) => hook.kind === kind && hook.hook === name);
    const interested = active.filter((each) => hooksOf(each).length > 0);
    // Most of what happens concerns no plugin.
    if (!interested.length) return [];
    const urls = await urlsOf(interested);
    return interested
      .flatMap((running) => {
        const { pluginId, grantedScopes, configurationVersion } = running;
        const claims: Claims = { ...anonymous, tenant, permissions: grantedScopes, configurationVersion };
        return hooksOf(running).map((hook) => ({ pluginId, serviceUrl: urls.get(pluginId) ?? null, hook, claims }));
      })
      .sort((left, right) => left.hook.priority - right.hook.priority);
  };
};

type Running = Pick<PluginInstallation, 'pluginId' | 'pluginVersion'>;

const named = ({ pluginId, pluginVersion }: Running): string => `${pluginId}@${pluginVersion}`;

const versionsOf = (running: readonly Running[]) => ({
  $or: running.map(({ pluginId, pluginVersion }) => ({ pluginId, version: pluginVersion })),
});

export type Subscriptions = ReturnType<typeof createSubscriptions>;
