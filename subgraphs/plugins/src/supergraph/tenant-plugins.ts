import type { TenantKey } from '@plexica/foundation/database';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity, type PluginInstallation } from '../installation/installation.entity.ts';
import { pingService } from '../registry/ping-service.ts';
import { PluginVersionEntity } from '../registry/plugin.entity.ts';
import { PluginServiceEntity } from '../registry/plugin-service.entity.ts';
import { type ActivePluginRow, TenantPluginSetEntity } from './plugin-set.entity.ts';
import type { ComposedSet, PluginSets, SetMember } from './plugin-sets.ts';

export interface ActivePlugin extends ActivePluginRow {
  /** GraphQL endpoint of the registered service. */
  readonly url: string;
}

/** What the gateway's Directory knows of a tenant's plugins. */
export interface TenantPluginsRecord {
  readonly supergraph: string;
  readonly switchedAt: string;
  readonly plugins: Readonly<Record<string, ActivePlugin>>;
}

type TenantPluginsDeps = Pick<PluginsDeps, 'database' | 'pubsub' | 'clock' | 'tenants' | 'log'> & {
  readonly sets: PluginSets;
  readonly pluginFetch: typeof globalThis.fetch;
};

/** Which supergraph each tenant has. The installations say what is active; the pointer follows them. */
export const createTenantSets = ({ database, pubsub, clock, sets, tenants, log, pluginFetch }: TenantPluginsDeps) => {
  let empty: { tenant: ComposedSet; platform: ComposedSet } | undefined;
  const emptySet = async (audience: 'tenant' | 'platform'): Promise<ComposedSet> => {
    const set = await sets.find(await sets.ensure(audience, []));
    if (!set) throw new Error(`The ${audience} set without plugins is gone.`);
    return set;
  };
  const emptySets = async () => {
    empty ??= { tenant: await emptySet('tenant'), platform: await emptySet('platform') };
    return empty;
  };

  const withUrls = async (plugins: Readonly<Record<string, ActivePluginRow>>): Promise<Record<string, ActivePlugin>> => {
    const wanted = Object.entries(plugins);
    if (!wanted.length) return {};
    const services = await database.platform((em) =>
      em.find(PluginServiceEntity, { $or: wanted.map(([pluginId, { version }]) => ({ pluginId, version })) }),
    );
    const urls = new Map(services.map(({ pluginId, url }) => [pluginId, url]));
    return Object.fromEntries(
      wanted.flatMap(([id, plugin]) => (urls.has(id) ? [[id, { ...plugin, url: `${urls.get(id)}/graphql` }]] : [])),
    );
  };

  const digestsOf = async (members: readonly SetMember[]): Promise<ReadonlyMap<string, string>> => {
    if (!members.length) return new Map();
    const rows = await database.platform((em) =>
      em.find(
        PluginVersionEntity,
        { $or: members.map(({ id, version }) => ({ pluginId: id, version })) },
        { fields: ['pluginId', 'version', 'digest'] },
      ),
    );
    return new Map(rows.map(({ pluginId, digest }) => [pluginId, digest]));
  };

  const pointerOf = async ({ id: tenantId }: TenantKey) => {
    const { hash } = (await emptySets()).tenant;
    return database.platform(async (em) => {
      const known = await em.findOne(TenantPluginSetEntity, { tenantId });
      if (known) return known;
      const first = { tenantId, hash, plugins: {}, installed: {}, switchedAt: clock(), revision: 0 };
      await em.upsert(TenantPluginSetEntity, first, { onConflictFields: ['tenantId'], onConflictAction: 'ignore' });
      return em.findOneOrFail(TenantPluginSetEntity, { tenantId }, { refresh: true });
    });
  };

  return {
    /**
     * Makes the pointer follow the installations, composing the set if nobody did, and tells gateways and watchers when the
     * set is another. Holds no lock while it reads and composes; if another change moved the pointer meanwhile it looks again.
     * `change` is what it follows, where it did not happen before.
     */
    async follow(tenant: TenantKey, change: () => Promise<void> = async () => {}): Promise<void> {
      // The pointer comes first: whatever changes the installations after it moves it, too.
      const [first] = await Promise.all([pointerOf(tenant), change()]);
      for (let before = first; ; before = await pointerOf(tenant)) {
        const all = await database.tenant(tenant.id, (em) => em.findAll(InstallationEntity));
        const active = all.filter(({ status }) => status === 'ACTIVE');
        const members = active.map(({ pluginId, pluginVersion }) => ({ id: pluginId, version: pluginVersion }));
        const [hash, digests] = await Promise.all([sets.ensure('tenant', members), digestsOf(members)]);
        const switched = before.hash !== hash;
        const moved = await database.platform((em) =>
          em.nativeUpdate(
            TenantPluginSetEntity,
            { tenantId: tenant.id, revision: before.revision },
            {
              hash,
              plugins: Object.fromEntries(active.map((installation) => atRunTime(installation, digests.get(installation.pluginId)))),
              installed: Object.fromEntries(all.map(({ pluginId, pluginVersion }) => [pluginId, pluginVersion])),
              switchedAt: switched ? clock() : before.switchedAt,
              revision: before.revision + 1,
            },
          ),
        );
        if (!moved) continue;
        pubsub.publish('directory', { kind: 'tenant', slug: tenant.slug });
        if (switched) pubsub.publish(`supergraph.${tenant.id}`, { hash });
        return;
      }
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
      const found = await Promise.all(rows.map(({ plugins }) => withUrls(plugins)));
      const urls = new Map(found.flatMap((plugins) => Object.entries(plugins).map(([id, { url }]) => [url, id])));
      return [...urls].map(([url, id]) => ({ name: `plugin ${id}`, ping: () => pingService(pluginFetch, url.replace(/\/graphql$/, '')) }));
    },
  };
};

const atRunTime = (
  { pluginId, pluginVersion, configurationVersion, grantedScopes }: PluginInstallation,
  digest: string | undefined,
): [string, ActivePluginRow] => [pluginId, { version: pluginVersion, configurationVersion, grantedScopes, ...(digest && { digest }) }];

/** Without plugins since the set exists. */
const unswitched = ({ hash, composedAt }: ComposedSet): TenantPluginsRecord => ({
  supergraph: hash,
  switchedAt: composedAt.toISOString(),
  plugins: {},
});

export type TenantSets = ReturnType<typeof createTenantSets>;
