import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import {
  ActivatePluginDocument,
  CatalogueDocument,
  ConfigurePluginDocument,
  DeactivatePluginDocument,
  InstallPluginDocument,
  UninstallPluginDocument,
} from '@/generated/graphql.ts';
import { useMutation, useQuery } from '@/graphql/operations.ts';
import { useInstallations } from '@/slots/useInstallations.ts';

/** Catalogue and installations of the tenant, and what its admins do with them. */
export const usePlugins = (search: MaybeRefOrGetter<string>) => {
  const catalogue = useQuery(CatalogueDocument, () => ({ filter: toValue(search) ? { search: toValue(search) } : null }));
  const installed = useInstallations();
  return {
    catalogue,
    installed,
    offered: computed(() => {
      const known = new Set(installed.installations.value.filter(({ status }) => status !== 'FAILED').map(({ plugin }) => plugin.id));
      return catalogue.data.value?.plugins.edges.map(({ node }) => node).filter(({ id }) => !known.has(id)) ?? [];
    }),
  };
};

export const usePluginActions = () => {
  const { run: install } = useMutation(InstallPluginDocument);
  const { run: activate } = useMutation(ActivatePluginDocument);
  const { run: deactivate } = useMutation(DeactivatePluginDocument);
  const { run: uninstall } = useMutation(UninstallPluginDocument);
  const { run: configure } = useMutation(ConfigurePluginDocument);
  return {
    install: async (pluginId: string, configuration: Record<string, unknown>) =>
      (await install({ input: { pluginId, configuration } })).installPlugin,
    activate: async (pluginId: string) => (await activate({ input: { pluginId } })).activatePlugin,
    deactivate: async (pluginId: string) => (await deactivate({ input: { pluginId } })).deactivatePlugin,
    uninstall: async (pluginId: string, confirm: string) => (await uninstall({ input: { pluginId, confirm } })).uninstallPlugin,
    configure: async (pluginId: string, configuration: Record<string, unknown>, version: number) =>
      (await configure({ input: { pluginId, configuration, version } })).updatePluginConfiguration,
  };
};
