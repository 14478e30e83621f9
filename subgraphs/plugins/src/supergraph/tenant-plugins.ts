import { LockMode } from '@mikro-orm/postgresql';
import type { TenantKey } from '@plexica/foundation/database';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity } from '../installation/installation.entity.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import { type ActivePluginRow, TenantPluginSetEntity } from './plugin-set.entity.ts';
import type { ComposedSet, PluginSets } from './plugin-sets.ts';

export interface ActivePlugin extends ActivePluginRow {
  readonly url: string;
}

/** What the gateway's Directory knows of a tenant's plugins. */
export interface TenantPluginsRecord {
  readonly supergraph: string;
  readonly switchedAt: string;
  readonly plugins: Readonly<Record<string, ActivePlugin>>;
}

type TenantPluginsDeps = Pick<PluginsDeps, 'database' | 'pubsub' | 'clock' | 'tenants' | 'log'> & { readonly sets: PluginSets };

/** Which supergraph each tenant has. The installations say what is active; the pointer follows them. */
export const createTenantSets = ({ database, pubsub, clock, sets, tenants, log }: TenantPluginsDeps) => {
  let empty: { tenant: ComposedSet; platform: ComposedSet } | undefined;
  const emptySets = async () => {
    empty ??= { tenant: await sets.ensure('tenant', []), platform: await sets.ensure('platform', []) };
    return empty;
  };

  const withUrls = (plugins: Readonly<Record<string, ActivePluginRow>>): Promise<Record<string, ActivePlugin>> =>
    database.platform(async (em) => {
      const found: Record<string, ActivePlugin> = {};
      for (const [id, plugin] of Object.entries(plugins)) {
        const row = await em.findOne(PluginVersionEntity, { pluginId: id, version: plugin.version });
        if (row?.serviceUrl) found[id] = { ...plugin, url: `${row.serviceUrl}/graphql` };
      }
      return found;
    });

  const activeInstallations = (tenant: TenantKey) => database.tenant(tenant.id, (em) => em.find(InstallationEntity, { status: 'ACTIVE' }));

  return {
    /**
     * Makes the pointer follow the installations, composing the set if nobody did. The row is locked meanwhile, so that of
     * two changes at once the later one sees what the earlier one left. Tells gateways and watchers when the set is another.
     */
    async follow(tenant: TenantKey): Promise<ComposedSet> {
      const { set, switched } = await database.platform(async (em) => {
        const now = clock();
        const base = await emptySets();
        await em.upsert(
          TenantPluginSetEntity,
          { tenantId: tenant.id, hash: base.tenant.hash, plugins: {}, switchedAt: now },
          { onConflictFields: ['tenantId'], onConflictAction: 'ignore' },
        );
        const row = await em.findOneOrFail(
          TenantPluginSetEntity,
          { tenantId: tenant.id },
          { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
        );
        const active = await activeInstallations(tenant);
        const set = await sets.ensure(
          'tenant',
          active.map(({ pluginId, pluginVersion }) => ({ id: pluginId, version: pluginVersion })),
        );
        const switched = row.hash !== set.hash;
        row.plugins = Object.fromEntries(
          active.map(({ pluginId, pluginVersion, configurationVersion, grantedScopes }) => [
            pluginId,
            { version: pluginVersion, configurationVersion, grantedScopes },
          ]),
        );
        row.hash = set.hash;
        if (switched) row.switchedAt = now;
        return { set, switched };
      });
      pubsub.publish('directory', { kind: 'tenant', slug: tenant.slug });
      if (switched) pubsub.publish(`supergraph.${tenant.id}`, { hash: set.hash });
      return set;
    },
    async recordFor(tenant: Pick<TenantKey, 'id'>): Promise<TenantPluginsRecord> {
      const row = await database.platform((em) => em.findOne(TenantPluginSetEntity, { tenantId: tenant.id }));
      if (!row) return unswitched((await emptySets()).tenant);
      return { supergraph: row.hash, switchedAt: row.switchedAt.toISOString(), plugins: await withUrls(row.plugins) };
    },
    platformRecord: async (): Promise<TenantPluginsRecord> => unswitched((await emptySets()).platform),
    publicSupergraph: async (): Promise<string> => (await emptySets()).tenant.hash,
    async supergraph(hash: string): Promise<ComposedSet | undefined> {
      const { tenant, platform } = await emptySets();
      return [tenant, platform].find((set) => set.hash === hash) ?? sets.find(hash);
    },
    /** At a start: the core may be another than when the sets were composed. A tenant whose plugins no longer compose keeps its last good set. */
    async ensureInitialSupergraphs(): Promise<void> {
      await emptySets();
      const rows = await database.platform((em) => em.findAll(TenantPluginSetEntity));
      for (const { tenantId } of rows) {
        const tenant = await tenants.byId(tenantId);
        if (tenant)
          await this.follow(tenant).catch((error) =>
            log.error({ error, tenant: tenant.slug }, 'the plugin set no longer composes; the last good one stays'),
          );
      }
    },
    /** Services of plugins that are active anywhere, for the health page. */
    async services(): Promise<{ name: string; ping(): Promise<void> }[]> {
      const rows = await database.platform((em) => em.findAll(TenantPluginSetEntity));
      const urls = new Map<string, string>();
      for (const row of rows) for (const [id, { url }] of Object.entries(await withUrls(row.plugins))) urls.set(url, id);
      return [...urls].map(([url, id]) => ({
        name: `plugin ${id}`,
        async ping() {
          const response = await fetch(url.replace(/\/graphql$/, '/_plexica/health'), {
            signal: AbortSignal.timeout(1_500),
            redirect: 'error',
          });
          if (!response.ok) throw new Error(`answered ${response.status}`);
        },
      }));
    },
  };
};

/** Without plugins since the set exists. */
const unswitched = ({ hash, composedAt }: ComposedSet): TenantPluginsRecord => ({
  supergraph: hash,
  switchedAt: composedAt.toISOString(),
  plugins: {},
});

export type TenantSets = ReturnType<typeof createTenantSets>;
