import { Payload, payload, RequiresRole } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { Arg, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { Plugin } from './plugin.entity.ts';

@Directive('@tag(name: "platform")')
@InputType({ description: 'How the catalogue shows a plugin until a newer version says otherwise; what is left out stays.' })
class UpdatePluginInput {
  @Field(() => ID, { description: 'The plugin to present anew; `PLUGIN_NOT_FOUND` when there is none.' })
  pluginId!: string;

  @Field(() => String, { nullable: true, description: 'What people call it; may not be emptied.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it does for a tenant; may not be emptied.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'A word to find it by; null takes it out of every category.' })
  category?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of a bundled icon; null for the neutral one.' })
  icon?: string | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'What tenants shall not install any more.' })
class DeprecatePluginInput {
  @Field(() => ID, { description: 'The plugin in the catalogue; `PLUGIN_NOT_FOUND` when there is none.' })
  pluginId!: string;

  @Field(() => String, { nullable: true, description: 'Only this version; all of them when left out.' })
  version?: string | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'Names a plugin to take out of the catalogue for good.' })
class DeletePluginInput {
  @Field(() => ID, { description: 'The plugin; `PLUGIN_IN_USE` while any tenant has it installed, active or not.' })
  pluginId!: string;
}

@ObjectType({ description: 'Outcome of work on a plugin of the catalogue.' })
abstract class CataloguePayload extends Payload {
  @Field(() => Plugin, { nullable: true, description: 'The plugin as it is now, or was; null on user errors.' })
  plugin?: Plugin | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of presenting a plugin anew.' })
class UpdatePluginPayload extends CataloguePayload {}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of deprecating; installations that exist go on working.' })
class DeprecatePluginPayload extends CataloguePayload {}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of deleting; `plugin` is what was deleted.' })
class DeletePluginPayload extends CataloguePayload {}

/** The catalogue in the hands of platform admins. */
@Resolver()
export class CatalogueResolver {
  @Mutation(() => UpdatePluginPayload, {
    description: 'Changes how the catalogue shows a plugin; its versions stay as they were published.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  updatePlugin(
    @Arg('input', () => UpdatePluginInput, { description: 'The plugin and what to show.' }) { pluginId, ...shown }: UpdatePluginInput,
    @Ctx() { call, catalogue }: PluginsContext,
  ) {
    return payload('plugin', () => catalogue.present(call, pluginId, shown));
  }

  @Mutation(() => DeprecatePluginPayload, { description: 'Ends new installations of a plugin or of one version; those that exist go on.' })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  deprecatePlugin(
    @Arg('input', () => DeprecatePluginInput, { description: 'The plugin, or one version of it.' }) {
      pluginId,
      version,
    }: DeprecatePluginInput,
    @Ctx() { call, catalogue }: PluginsContext,
  ) {
    return payload('plugin', () => catalogue.deprecate(call, pluginId, version));
  }

  @Mutation(() => DeletePluginPayload, { description: 'Takes a plugin out of the catalogue with all its versions and files.' })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  deletePlugin(
    @Arg('input', () => DeletePluginInput, { description: 'The plugin to delete.' }) { pluginId }: DeletePluginInput,
    @Ctx() { call, catalogue }: PluginsContext,
  ) {
    return payload('plugin', () => catalogue.remove(call, pluginId));
  }
}
