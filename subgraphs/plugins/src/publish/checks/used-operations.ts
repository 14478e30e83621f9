import type { CompositionRequest, CompositionResult, NamedSdl } from '../../composition/compose.ts';
import type { PluginsDeps } from '../../deps.ts';
import { PluginEntity, PluginVersionEntity } from '../../registry/plugin.entity.ts';
import { apiSchemaOf } from '../../supergraph/api-schema.ts';
import { TenantPluginSetEntity } from '../../supergraph/plugin-set.entity.ts';
import { type BrokenOperation, brokenOperations } from '../../usage/broken-operations.ts';
import type { OperationUsages } from '../../usage/operation-usages.ts';
import type { Finding } from '../finding.ts';

export interface UsedOperationsDeps extends Pick<PluginsDeps, 'database'> {
  readonly usage: Pick<OperationUsages, 'recent'>;
  readonly core: () => readonly NamedSdl[];
  readonly compose: (request: CompositionRequest) => CompositionResult | Promise<CompositionResult>;
}

/** Of all tenants with the plugin; whoever comes later is not looked at. */
const tenantsAtMost = 200;
const findingsAtMost = 20;

/**
 * What tenants ask today and could not ask of this version. It is a warning: a version changes nothing by itself, and each
 * tenant decides when to upgrade.
 */
export const checkUsedOperations =
  ({ database, usage, core, compose }: UsedOperationsDeps) =>
  async ({ name: pluginId, sdl }: NamedSdl): Promise<Finding[]> => {
    const { latest, tenants } = await database.platform(async (em) => {
      const plugin = await em.findOne(PluginEntity, { id: pluginId });
      const version = plugin && (await em.findOne(PluginVersionEntity, { pluginId, version: plugin.latestVersion }));
      const rows = version ? await em.findAll(TenantPluginSetEntity, { orderBy: { tenantId: 'asc' } }) : [];
      return { latest: version?.sdl, tenants: rows.filter(({ plugins }) => plugins[pluginId]).slice(0, tenantsAtMost) };
    });
    if (!latest || latest === sdl || !tenants.length) return [];
    const schemaWith = async (plugin: string) => {
      const { sdl: composed } = await compose({ audience: 'tenant', core: core(), plugins: [{ name: pluginId, sdl: plugin }] });
      return composed ? apiSchemaOf(composed) : undefined;
    };
    const [before, after] = [await schemaWith(latest), await schemaWith(sdl)];
    if (!before || !after) return [];
    const broken = new Map<string, Broken>();
    for (const { tenantId } of tenants)
      for (const operation of brokenOperations(before, after, await usage.recent(tenantId).catch(() => []))) {
        const known = broken.get(operation.hash);
        broken.set(operation.hash, { ...operation, calls: operation.calls + (known?.calls ?? 0), tenants: 1 + (known?.tenants ?? 0) });
      }
    return [...broken.values()]
      .sort((left, right) => right.calls - left.calls)
      .slice(0, findingsAtMost)
      .map(asFinding);
  };

type Broken = BrokenOperation & { readonly tenants: number };

// The plugin's author learns what would break, never at whose tenant.
const asFinding = ({ name, calls, tenants, problems }: Broken): Finding => ({
  code: 'OPERATION_WOULD_BREAK',
  severity: 'WARNING',
  place: 'sdl',
  hint: `${name ? `"${name}"` : 'An operation without a name'}, asked ${calls} times in 30 days by ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}, would no longer be valid: ${problems.join(' ')}`,
});
