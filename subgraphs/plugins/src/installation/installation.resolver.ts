import { Json, payload, RequiresPermission, SameForEveryone, ShowsState, SignedIn } from '@plexica/plugin-kit';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { pingService } from '../registry/ping-service.ts';
import { Plugin, PluginEntity } from '../registry/plugin.entity.ts';
import { currentThenChanges } from '../stream/current-then-changes.ts';
import { PluginInstallation } from './installation.entity.ts';
import {
  ActivatePluginInput,
  ActivatePluginPayload,
  DeactivatePluginInput,
  DeactivatePluginPayload,
  InstallPluginInput,
  InstallPluginPayload,
  PluginHealth,
  PluginUi,
  UninstallPluginInput,
  UninstallPluginPayload,
  UpdatePluginConfigurationInput,
  UpdatePluginConfigurationPayload,
} from './installation.types.ts';

const both = ['installation', 'operation'] as const;

/** The plugins of the caller's tenant. */
@Resolver(() => PluginInstallation)
export class InstallationResolver {
  @Query(() => [PluginInstallation], { description: 'All plugins installed in the caller’s tenant, oldest first. Needs sign-in.' })
  @SignedIn()
  installations(@Ctx() { call, installations }: PluginsContext) {
    return call.claims.tenant ? installations.all(call.claims.tenant.id) : [];
  }

  @Query(() => PluginInstallation, {
    nullable: true,
    description: 'One installation of the caller’s tenant; null when the plugin is not installed. Needs sign-in.',
  })
  @SignedIn()
  installation(
    @Arg('pluginId', () => ID, { description: 'Id of the plugin in the catalogue.' }) pluginId: string,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return call.claims.tenant ? installations.find(call, pluginId) : null;
  }

  @FieldResolver(() => Plugin, { description: 'The catalogue entry of the installed plugin.' })
  plugin(@Root() { pluginId }: PluginInstallation, @Ctx() { deps }: PluginsContext) {
    return deps.database.platform((em) => em.findOneOrFail(PluginEntity, { id: pluginId }));
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description: 'JSON Schema of the configuration, for a form; null when there is nothing to configure.',
  })
  async configurationSchema(@Root() installation: PluginInstallation, @Ctx() { versions }: PluginsContext) {
    return (await versions.load(installation))?.manifest.configuration ?? null;
  }

  @FieldResolver(() => PluginUi, { nullable: true, description: 'What the console loads for it; null for a plugin without UI.' })
  async ui(@Root() installation: PluginInstallation, @Ctx() { versions }: PluginsContext): Promise<PluginUi | null> {
    const version = await versions.load(installation);
    const ui = version?.manifest.ui;
    if (!ui || !version.uiDigest) return null;
    return {
      entry: `/plugins/${installation.pluginId}/${version.uiDigest}/${ui.entry}`,
      integrity: version.uiIntegrity,
      vue: ui.vue,
      slots: ui.slots,
    };
  }

  @FieldResolver(() => PluginHealth, { description: 'Asks the plugin’s service whether it is there.' })
  async health(@Root() installation: PluginInstallation, @Ctx() { services, pluginFetch }: PluginsContext): Promise<PluginHealth> {
    const url = await services.urlOf(installation.pluginId, installation.pluginVersion);
    const started = performance.now();
    const reachable =
      url !== undefined &&
      (await pingService(pluginFetch, url).then(
        () => true,
        () => false,
      ));
    return { reachable, latencyMs: reachable ? Math.round(performance.now() - started) : null };
  }

  @Mutation(() => InstallPluginPayload, {
    description: 'Installs a plugin in the caller’s tenant; nothing shows until it is activated. Again for the same version: no change.',
  })
  @RequiresPermission('plugins.manage')
  installPlugin(
    @Arg('input', () => InstallPluginInput, { description: 'Which plugin, and how it is configured.' }) input: InstallPluginInput,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return payload(both, () => installations.install(call, input));
  }

  @Mutation(() => ActivatePluginPayload, {
    description: 'Adds the plugin’s types, hooks and UI to the caller’s tenant alone. Answered after the switch.',
  })
  @RequiresPermission('plugins.manage')
  activatePlugin(
    @Arg('input', () => ActivatePluginInput, { description: 'Which installation to switch on.' }) { pluginId }: ActivatePluginInput,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return payload(both, () => installations.activate(call, pluginId));
  }

  @Mutation(() => DeactivatePluginPayload, {
    description: 'Takes the plugin out of the caller’s supergraph and keeps its data. Answered after the switch.',
  })
  @RequiresPermission('plugins.manage')
  deactivatePlugin(
    @Arg('input', () => DeactivatePluginInput, { description: 'Which installation to switch off.' }) { pluginId }: DeactivatePluginInput,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return payload(both, () => installations.deactivate(call, pluginId));
  }

  @Mutation(() => UninstallPluginPayload, { description: 'Removes all that is the plugin’s from the caller’s tenant, its data included.' })
  @RequiresPermission('plugins.manage')
  uninstallPlugin(
    @Arg('input', () => UninstallPluginInput, { description: 'Which installation, typed twice.' }) input: UninstallPluginInput,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return payload(both, () => installations.uninstall(call, input));
  }

  @Mutation(() => UpdatePluginConfigurationPayload, {
    description: 'Changes the configuration of an installation; the plugin sees it from its next request.',
  })
  @RequiresPermission('plugins.manage')
  updatePluginConfiguration(
    @Arg('input', () => UpdatePluginConfigurationInput, { description: 'The values and the version they were made from.' })
    input: UpdatePluginConfigurationInput,
    @Ctx() { call, installations }: PluginsContext,
  ) {
    return payload('installation', () => installations.configure(call, input));
  }

  @Subscription(() => PluginInstallation, {
    description: 'Each installation of the caller’s tenant as it is now, then after every change. Needs sign-in.',
    subscribe: ({ context }) => (context as PluginsContext).installationChanges(),
  })
  @SignedIn()
  @ShowsState()
  @SameForEveryone()
  installationChanged(@Root() installation: PluginInstallation): PluginInstallation {
    return installation;
  }
}

/** The stream behind `installationChanged`. */
export const installationChanges = ({
  call,
  installations,
  deps,
}: Pick<PluginsContext, 'call' | 'installations' | 'deps'>): AsyncIterable<PluginInstallation> => {
  const { tenant } = call.claims;
  if (!tenant)
    return currentThenChanges(
      deps.pubsub.subscribe('directory'),
      async () => [],
      async () => [],
    );
  return currentThenChanges(
    deps.pubsub.subscribe(`installation.${tenant.id}`),
    () => installations.all(tenant.id),
    async ({ pluginId }) => [await installations.find(call, pluginId)],
  );
};
