import type { SubgraphCall } from '@plexica/plugin-kit';
import DataLoader from 'dataloader';
import type { PluginsDeps } from './deps.ts';
import type { DeadLetters } from './hook/dead-letters.ts';
import type { PluginInstallation } from './installation/installation.entity.ts';
import { installationChanges } from './installation/installation.resolver.ts';
import type { Installations } from './installation/installation.service.ts';
import type { Publishing } from './publish/publish-plugin.ts';
import type { Catalogue } from './registry/catalogue.ts';
import { PluginVersionEntity, type PluginVersionRow } from './registry/plugin.entity.ts';
import type { PluginServices } from './registry/plugin-service.ts';
import type { Reviews } from './review/review.service.ts';
import { supergraphChanges, type TenantSupergraph } from './supergraph/supergraph.resolver.ts';
import type { TenantSets } from './supergraph/tenant-plugins.ts';
import type { OperationUsages } from './usage/operation-usages.ts';

/** What the parts of this subgraph share; made once. */
export interface PluginsParts {
  readonly deps: PluginsDeps;
  readonly publishing: Publishing;
  readonly catalogue: Catalogue;
  readonly reviews: Reviews;
  readonly deadLetters: DeadLetters;
  readonly services: PluginServices;
  readonly installations: Installations;
  readonly tenantSets: TenantSets;
  readonly usage: OperationUsages;
  /** Calls plugin services and nothing else: addresses are judged. */
  readonly pluginFetch: typeof globalThis.fetch;
}

export interface PluginsContext extends PluginsParts {
  readonly call: SubgraphCall;
  readonly versions: DataLoader<PluginInstallation, PluginVersionRow | undefined, string>;
  installationChanges(): AsyncIterable<PluginInstallation>;
  supergraphChanges(): AsyncIterable<TenantSupergraph>;
}

export const pluginsContext = (parts: PluginsParts, call: SubgraphCall): Omit<PluginsContext, 'call'> => ({
  ...parts,
  versions: versionLoader(parts.deps),
  installationChanges: () => installationChanges({ ...parts, call }),
  supergraphChanges: () => supergraphChanges({ ...parts, call }),
});

const keyOf = ({ pluginId, pluginVersion }: PluginInstallation): string => `${pluginId}@${pluginVersion}`;

const versionLoader = ({ database }: PluginsDeps) =>
  new DataLoader<PluginInstallation, PluginVersionRow | undefined, string>(
    async (installations) => {
      const rows = await database.platform((em) =>
        em.find(PluginVersionEntity, { $or: installations.map(({ pluginId, pluginVersion }) => ({ pluginId, version: pluginVersion })) }),
      );
      return installations.map(
        (installation) => rows.find((row) => `${row.pluginId}@${row.version}` === keyOf(installation)) as PluginVersionRow | undefined,
      );
    },
    { cacheKeyFn: keyOf },
  );
