import { onePage, PageArgs, payload, RequiresPermission } from '@plexica/plugin-kit';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { Plugin, PluginEntity } from '../registry/plugin.entity.ts';
import {
  DismissDeadLetterInput,
  DismissDeadLetterPayload,
  HookDelivery,
  HookDeliveryConnection,
  HookDeliveryFilter,
  ReplayDeliveryInput,
  ReplayDeliveryPayload,
} from './delivery.types.ts';
import { HookDeliveryEntity } from './hook-delivery.entity.ts';

@ArgsType()
class DeliveriesArgs extends PageArgs {
  @Field(() => HookDeliveryFilter, { nullable: true, description: 'Narrows the list down.' })
  filter?: HookDeliveryFilter | null;
}

/** What became of events on their way to plugins, and the dead letters among them. */
@Resolver(() => HookDelivery)
export class DeliveryResolver {
  @Query(() => HookDeliveryConnection, {
    description: 'Events on their way to the plugins of the caller’s tenant, newest first; those that arrived are kept for a week.',
  })
  @RequiresPermission('plugins.manage')
  hookDeliveries(@Args(() => DeliveriesArgs) { filter, ...page }: DeliveriesArgs, @Ctx() context: PluginsContext) {
    return deliveries(context, page, filter ?? {});
  }

  @Query(() => HookDeliveryConnection, { description: 'Deliveries that failed for good, newest first; kept until replayed or dismissed.' })
  @RequiresPermission('plugins.manage')
  deadLetters(@Args(() => PageArgs) page: PageArgs, @Ctx() context: PluginsContext) {
    return deliveries(context, page, { status: 'DEAD' });
  }

  @FieldResolver(() => Plugin, { nullable: true, description: 'The plugin it goes to; null when it was deleted since.' })
  plugin(@Root() { pluginId }: HookDelivery, @Ctx() { deps }: PluginsContext) {
    return deps.database.platform((em) => em.findOne(PluginEntity, { id: pluginId }));
  }

  @Mutation(() => ReplayDeliveryPayload, { description: 'Sends exactly that dead letter once more, under its old id.' })
  @RequiresPermission('plugins.manage')
  replayDelivery(
    @Arg('input', () => ReplayDeliveryInput, { description: 'The dead letter to send.' }) { id }: ReplayDeliveryInput,
    @Ctx() { call, deadLetters }: PluginsContext,
  ) {
    return payload('delivery', () => deadLetters.replay(call, id));
  }

  @Mutation(() => DismissDeadLetterPayload, { description: 'Drops a dead letter for good.' })
  @RequiresPermission('plugins.manage')
  dismissDeadLetter(
    @Arg('input', () => DismissDeadLetterInput, { description: 'The dead letter to drop.' }) { id }: DismissDeadLetterInput,
    @Ctx() { call, deadLetters }: PluginsContext,
  ) {
    return payload('delivery', () => deadLetters.dismiss(call, id));
  }
}

/** Of the caller's tenant alone; the platform itself has none. */
const deliveries = ({ deps, call }: PluginsContext, page: PageArgs, { pluginId, status }: HookDeliveryFilter) => {
  const where = { tenantId: call.claims.tenant?.id ?? null, ...(pluginId && { pluginId }), ...(status && { status }) };
  return onePage(page, (keyset) =>
    deps.database.platform((em) => em.findByCursor(HookDeliveryEntity, { where, orderBy: { createdAt: 'desc', id: 'desc' }, ...keyset })),
  );
};
