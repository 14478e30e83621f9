import { Json, like, onePage, PageArgs, PageInfo, Payload, payload, RequiresPermission, RequiresRole, SignedIn } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { isPublisher, publishPermission } from '../review/publisher.ts';
import { TenantPluginSetEntity } from '../supergraph/plugin-set.entity.ts';
import { Plugin, PluginEntity, PluginStatus, PluginVersionEntity, type PluginVersionRow, ReviewStatus } from './plugin.entity.ts';
import { PluginStats, PluginVersion } from './plugin.types.ts';

@InputType({ description: 'Which plugins of the catalogue are wanted; what is left out does not restrict.' })
class PluginFilter {
  @Field(() => String, { nullable: true, description: 'Words that name or description hold, ignoring case.' })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Exactly this word of the manifests, such as `sales`.' })
  category?: string | null;
}

@ArgsType()
class PluginsArgs extends PageArgs {
  @Field(() => PluginFilter, { nullable: true, description: 'Narrows the list down.' })
  filter?: PluginFilter | null;
}

@ObjectType({ description: 'One plugin in a page of the catalogue.' })
class PluginEdge {
  @Field(() => String, { description: 'Where this plugin stands in the list, for `after`.' })
  cursor!: string;

  @Field(() => Plugin, { description: 'The plugin at this place.' })
  node!: Plugin;
}

@ObjectType({ description: 'A page of the catalogue, by name.' })
class PluginConnection {
  @Field(() => [PluginEdge], { description: 'The plugins of this page, in order.' })
  edges!: PluginEdge[];

  @Field(() => PageInfo, { description: 'Whether more follow, and from where.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many plugins the whole list has, all pages together.' })
  totalCount!: number;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A version to take into the catalogue.' })
class PublishPluginInput {
  @Field(() => Json, { description: 'The manifest as a JSON object; `PLUGIN_MANIFEST_INVALID` names what does not fit.' })
  manifest!: unknown;

  @Field(() => String, { description: 'Federation SDL of its subgraph; `PLUGIN_SCHEMA_INVALID` names the rule it breaks.' })
  sdl!: string;

  @Field(() => ID, { nullable: true, description: 'Id of an uploaded zip with the UI files, where the manifest has a UI.' })
  uiBundle?: string | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'Where a version of a plugin runs.' })
class RegisterPluginServiceInput {
  @Field(() => ID, { description: 'The plugin whose service it is.' })
  pluginId!: string;

  @Field(() => String, { description: 'The published version that the service runs.' })
  version!: string;

  @Field(() => String, { description: 'Base URL, http or https, on a public or an allowed address; `PLUGIN_URL_REFUSED` otherwise.' })
  url!: string;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'Names a plugin of the catalogue.' })
class RotatePluginCredentialsInput {
  @Field(() => ID, { description: 'The plugin whose service gets a new credential.' })
  pluginId!: string;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of publishing a version.' })
class PublishPluginPayload extends Payload {
  @Field(() => Plugin, { nullable: true, description: 'The plugin with its new version; null when a check failed.' })
  plugin?: Plugin | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of saying where a version runs.' })
class RegisterPluginServicePayload extends Payload {
  @Field(() => Plugin, { nullable: true, description: 'The plugin whose service was registered; null on user errors.' })
  plugin?: Plugin | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Shown once, at the first registration; the service reads it from `PLEXICA_PLUGIN_CREDENTIAL`. Null when a new URL keeps the old one.',
  })
  credential?: string | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of replacing a credential.' })
class RotatePluginCredentialsPayload extends Payload {
  @Field(() => Plugin, { nullable: true, description: 'The plugin whose old credential counts for nothing now.' })
  plugin?: Plugin | null;

  @Field(() => String, { nullable: true, description: 'The new credential, shown once.' })
  credential?: string | null;
}

const released: ReviewStatus[] = [ReviewStatus.PUBLISHED, ReviewStatus.DEPRECATED];

/** The catalogue, for everybody who is signed in; publishing is for platform admins. */
@Resolver(() => Plugin)
export class PluginResolver {
  @Query(() => PluginConnection, { description: 'The catalogue by name. Needs sign-in.' })
  @SignedIn()
  plugins(@Args(() => PluginsArgs) { filter, ...page }: PluginsArgs, @Ctx() { deps, call }: PluginsContext) {
    const search = like(filter?.search);
    const where = {
      ...(!isPublisher(call.claims) && { status: { $ne: PluginStatus.DRAFT } }),
      ...(filter?.category && { category: filter.category }),
      ...(search && { $or: [{ name: { $ilike: search } }, { description: { $ilike: search } }] }),
    };
    return onePage(page, (keyset) =>
      deps.database.platform((em) => em.findByCursor(PluginEntity, { where, orderBy: { name: 'asc', id: 'asc' }, ...keyset })),
    );
  }

  @Query(() => Plugin, { nullable: true, description: 'One plugin of the catalogue; null when there is none of this id. Needs sign-in.' })
  @SignedIn()
  plugin(
    @Arg('id', () => ID, { description: 'The id that its author chose, such as `crm`.' }) id: string,
    @Ctx() { deps, call }: PluginsContext,
  ) {
    const where = { id, ...(!isPublisher(call.claims) && { status: { $ne: PluginStatus.DRAFT } }) };
    return deps.database.platform((em) => em.findOne(PluginEntity, where));
  }

  @FieldResolver(() => [PluginVersion], {
    description: 'Every version in the catalogue, newest first; in a tenant those that were published.',
  })
  versions(@Root() { id }: Plugin, @Ctx() { deps, call }: PluginsContext): Promise<PluginVersionRow[]> {
    const where = { pluginId: id, ...(!isPublisher(call.claims) && { status: { $in: released } }) };
    return deps.database.platform((em) =>
      em.find(PluginVersionEntity, where, { orderBy: { publishedAt: 'desc', version: 'desc' } }),
    ) as Promise<PluginVersionRow[]>;
  }

  @FieldResolver(() => PluginStats, { description: 'How widely it is used on this platform.' })
  async stats(@Root() { id }: Plugin, @Ctx() { deps }: PluginsContext): Promise<PluginStats> {
    const rows = await deps.database.platform((em) => em.findAll(TenantPluginSetEntity));
    return {
      activeTenants: rows.filter(({ plugins }) => Object.hasOwn(plugins, id)).length,
      installations: rows.filter(({ installed }) => Object.hasOwn(installed, id)).length,
    };
  }

  @Mutation(() => PublishPluginPayload, {
    description:
      'Takes a version into the catalogue after every check passed. A platform admin publishes it so, and it never changes again; with a publisher key it is a draft. Needs `plugins.publish`.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresPermission(publishPermission)
  publishPlugin(
    @Arg('input', () => PublishPluginInput, { description: 'Manifest, SDL and UI files of the version.' }) input: PublishPluginInput,
    @Ctx() { call, publishing }: PluginsContext,
  ) {
    return payload('plugin', () => publishing.publish(call, input));
  }

  @Mutation(() => RegisterPluginServicePayload, {
    description: 'Says where a version runs. Requests of its tenants go there from then on.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  registerPluginService(
    @Arg('input', () => RegisterPluginServiceInput, { description: 'The version and the URL of its service.' })
    input: RegisterPluginServiceInput,
    @Ctx() { call, services }: PluginsContext,
  ) {
    return payload(['plugin', 'credential'], () => services.register(call, input));
  }

  @Mutation(() => RotatePluginCredentialsPayload, {
    description: 'Replaces the credential of a plugin’s services; the old one is refused at once.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  rotatePluginCredentials(
    @Arg('input', () => RotatePluginCredentialsInput, { description: 'The plugin to give a new credential.' }) {
      pluginId,
    }: RotatePluginCredentialsInput,
    @Ctx() { call, services }: PluginsContext,
  ) {
    return payload(['plugin', 'credential'], () => services.rotate(call, pluginId));
  }
}
