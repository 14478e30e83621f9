import { Json, Payload } from '@plexica/plugin-kit';
import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PluginInstallation } from './installation.entity.ts';

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({ description: 'Durable long work; the owner of operations resolves its steps and progress.' })
export class Operation {
  @Field(() => ID, { description: 'For `operation` and `operationProgress`, which show it live.' })
  id!: string;
}

@ObjectType({ description: 'A component that fills a slot of the console.' })
export class PluginSlot {
  @Field(() => String, { description: 'Which slot, with the version of its props, such as `dashboard.widget/v1`.' })
  slot!: string;

  @Field(() => String, { description: 'Name under which the remote exposes the component.' })
  expose!: string;

  @Field(() => String, { nullable: true, description: 'What the console calls it, where the slot shows a title.' })
  title?: string | null;
}

@ObjectType({ description: 'The federated Vue part of an installed version.' })
export class PluginUi {
  @Field(() => String, { description: 'Path of the remote’s entry on this host; immutable, since it holds the digest of the files.' })
  entry!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Subresource integrity of the entry; null where the path’s digest alone vouches for it.',
  })
  integrity?: string | null;

  @Field(() => String, { description: 'Semver range of Vue that the remote works with; the shell looks before it loads.' })
  vue!: string;

  @Field(() => [PluginSlot], { description: 'The slots it fills.' })
  slots!: PluginSlot[];
}

@ObjectType({ description: 'Whether the plugin’s service answers.' })
export class PluginHealth {
  @Field(() => Boolean, { description: 'True when the service answered its health check within two seconds.' })
  reachable!: boolean;

  @Field(() => Int, { nullable: true, description: 'Milliseconds until the answer; null when there was none.' })
  latencyMs?: number | null;
}

@InputType({ description: 'A plugin to install in the caller’s tenant.' })
export class InstallPluginInput {
  @Field(() => ID, { description: 'Id in the catalogue; `PLUGIN_NOT_FOUND` when it is not published.' })
  pluginId!: string;

  @Field(() => String, { nullable: true, description: 'Version to install; the newest published one when left out.' })
  version?: string | null;

  @Field(() => Json, { nullable: true, description: 'Values by the plugin’s configuration schema; defaults fill what is left out.' })
  configuration?: Record<string, unknown> | null;

  @Field(() => [String], { nullable: true, description: 'Permissions granted of those the plugin asks for; all of them when left out.' })
  grantedScopes?: string[] | null;
}

@InputType({ description: 'Names an installation to switch on.' })
export class ActivatePluginInput {
  @Field(() => ID, { description: 'The installed plugin; `INSTALLATION_NOT_READY` while it is installing.' })
  pluginId!: string;
}

@InputType({ description: 'Names an installation to switch off.' })
export class DeactivatePluginInput {
  @Field(() => ID, { description: 'The active plugin; its data is kept.' })
  pluginId!: string;
}

@InputType({ description: 'Names an installation to remove with all its data.' })
export class UninstallPluginInput {
  @Field(() => ID, { description: 'The installed plugin to remove from the tenant.' })
  pluginId!: string;

  @Field(() => String, { description: 'Repeats the plugin id, typed by a person; `CONFIRMATION_MISMATCH` otherwise.' })
  confirm!: string;
}

@InputType({ description: 'New configuration of an installation.' })
export class UpdatePluginConfigurationInput {
  @Field(() => ID, { description: 'The installed plugin to configure.' })
  pluginId!: string;

  @Field(() => Json, {
    description: 'All values by the plugin’s schema; secrets that are left out stay. `CONFIGURATION_INVALID` names what does not fit.',
  })
  configuration!: Record<string, unknown>;

  @Field(() => Int, { nullable: true, description: '`version` as it was read; a stale one is `VERSION_CONFLICT`. Left out: overwrite.' })
  version?: number | null;
}

@ObjectType({ description: 'Outcome of work on an installation that may go on after the answer.' })
abstract class InstallationPayload extends Payload {
  @Field(() => PluginInstallation, {
    nullable: true,
    description: 'The installation as it is now; null when it is gone, or on user errors.',
  })
  installation?: PluginInstallation | null;

  @Field(() => Operation, { nullable: true, description: 'The work that goes on; null when all is done.' })
  operation?: Operation | null;
}

@ObjectType({ description: 'Outcome of installing; the work goes on as an operation.' })
export class InstallPluginPayload extends InstallationPayload {}

@ObjectType({ description: 'Outcome of switching on; the tenant’s supergraph has the plugin when this is answered.' })
export class ActivatePluginPayload extends InstallationPayload {}

@ObjectType({ description: 'Outcome of switching off; the tenant’s supergraph is without the plugin when this is answered.' })
export class DeactivatePluginPayload extends InstallationPayload {}

@ObjectType({ description: 'Outcome of removing; the work goes on as an operation.' })
export class UninstallPluginPayload extends InstallationPayload {}

@ObjectType({ description: 'Outcome of configuring; the plugin sees the values from its next request.' })
export class UpdatePluginConfigurationPayload extends Payload {
  @Field(() => PluginInstallation, { nullable: true, description: 'With the new configuration; the fresh state on `VERSION_CONFLICT`.' })
  installation?: PluginInstallation | null;
}
