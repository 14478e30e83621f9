import { onePage, PageArgs, payload, RequiresPermission, RequiresRole } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import { compare } from 'semver';
import { Arg, Args, ArgsType, Ctx, Directive, Field, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { Plugin, PluginEntity, PluginVersionEntity, type PluginVersionRow, ReviewStatus } from '../registry/plugin.entity.ts';
import { PluginVersion } from '../registry/plugin.types.ts';
import { isPublisher, publishPermission } from './publisher.ts';
import {
  ApprovePluginVersionInput,
  ApprovePluginVersionPayload,
  PluginVersionConnection,
  RejectPluginVersionInput,
  RejectPluginVersionPayload,
  SchemaChange,
  SubmitPluginVersionInput,
  SubmitPluginVersionPayload,
} from './review.types.ts';
import { schemaDiff } from './schema-diff.ts';

@ArgsType()
class PluginVersionsArgs extends PageArgs {
  @Field(() => ReviewStatus, {
    nullable: true,
    defaultValue: ReviewStatus.IN_REVIEW,
    description: 'How far the versions are; null for all, wherever they stand.',
  })
  status?: ReviewStatus | null;
}

/** Versions on their way from a publisher to tenants. */
@Resolver(() => PluginVersion)
export class ReviewResolver {
  @Query(() => PluginVersionConnection, { description: 'Versions of all plugins, by plugin: those that wait for a review unless told.' })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  pluginVersions(@Args(() => PluginVersionsArgs) { status, ...page }: PluginVersionsArgs, @Ctx() { deps }: PluginsContext) {
    const where = status ? { status } : {};
    return onePage(page, (keyset) =>
      deps.database.platform((em) =>
        em.findByCursor(PluginVersionEntity, { where, orderBy: { pluginId: 'asc', version: 'asc' }, ...keyset }),
      ),
    );
  }

  @FieldResolver(() => Plugin, { description: 'The entry of the catalogue whose next version this is, or was.' })
  plugin(@Root() { pluginId }: PluginVersionRow, @Ctx() { deps }: PluginsContext) {
    return deps.database.platform((em) => em.findOneOrFail(PluginEntity, { id: pluginId }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What the platform admin said who decided on it last; null in a tenant, which has no part in it.',
  })
  reviewNotes(@Root() { reviewNotes }: PluginVersionRow, @Ctx() { call }: PluginsContext): string | null {
    return isPublisher(call.claims) ? reviewNotes : null;
  }

  @FieldResolver(() => [SchemaChange], {
    description: 'What its SDL changes against the highest published version below it; everything, where there is none.',
  })
  async schemaDiff(@Root() { pluginId, version, sdl }: PluginVersionRow, @Ctx() { deps }: PluginsContext) {
    const published = await deps.database.platform((em) =>
      em.find(PluginVersionEntity, { pluginId, status: { $in: ['PUBLISHED', 'DEPRECATED'] } }, { fields: ['version', 'sdl'] }),
    );
    const below = published.filter((one) => compare(one.version, version) < 0).sort((one, other) => compare(other.version, one.version));
    return schemaDiff(below[0]?.sdl, sdl);
  }

  @Mutation(() => SubmitPluginVersionPayload, {
    description: 'Asks for a review of a draft, which then stays as it is. Needs `plugins.publish`.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresPermission(publishPermission)
  submitPluginVersion(
    @Arg('input', () => SubmitPluginVersionInput, { description: 'The draft to submit.' }) input: SubmitPluginVersionInput,
    @Ctx() { call, reviews }: PluginsContext,
  ) {
    return payload(['plugin', 'pluginVersion'], () => reviews.submit(call, input));
  }

  @Mutation(() => ApprovePluginVersionPayload, {
    description: 'Publishes a version in review, after every check passed once more.',
  })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  approvePluginVersion(
    @Arg('input', () => ApprovePluginVersionInput, { description: 'The version to publish.' }) input: ApprovePluginVersionInput,
    @Ctx() { call, reviews }: PluginsContext,
  ) {
    return payload(['plugin', 'pluginVersion'], () => reviews.approve(call, input));
  }

  @Mutation(() => RejectPluginVersionPayload, { description: 'Sends a version in review back to its author, with notes.' })
  @Directive('@tag(name: "platform")')
  @RequiresRole(superAdmin)
  rejectPluginVersion(
    @Arg('input', () => RejectPluginVersionInput, { description: 'The version to send back, and why.' }) input: RejectPluginVersionInput,
    @Ctx() { call, reviews }: PluginsContext,
  ) {
    return payload(['plugin', 'pluginVersion'], () => reviews.reject(call, input));
  }
}
