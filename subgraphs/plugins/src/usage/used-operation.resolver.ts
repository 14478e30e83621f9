import { onePage, PageArgs, RequiresPermission } from '@plexica/plugin-kit';
import { Args, ArgsType, Ctx, Field, Query, Resolver } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { tenantOf } from '../installation/tenant-of.ts';
import type { OperationUsageRow } from './operation-usage.entity.ts';
import { GraphqlOperationType, type UsedOperation, UsedOperationConnection } from './used-operation.types.ts';

@ArgsType()
class UsedOperationsArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those that use this of the API, a schema coordinate such as `User.email`.' })
  element?: string | null;
}

/** Which operations the caller's tenant uses. */
@Resolver()
export class UsedOperationResolver {
  @Query(() => UsedOperationConnection, {
    description: 'What users of the caller’s tenant asked within the last 30 days, most asked first: who would miss a field, and how much.',
  })
  @RequiresPermission('plugins.manage')
  async usedOperations(@Args(() => UsedOperationsArgs) { element, ...page }: UsedOperationsArgs, @Ctx() { call, usage }: PluginsContext) {
    const tenant = tenantOf(call);
    const { edges, ...rest } = await onePage(page, (keyset) => usage.page(tenant.id, keyset, element ?? undefined));
    return { ...rest, edges: edges.map(({ cursor, node }) => ({ cursor, node: asShown(node) })) };
  }
}

const largestInt = 2_147_483_647;

const asShown = ({ kind, calls, ...row }: OperationUsageRow): UsedOperation => ({
  ...row,
  calls: Math.min(calls, largestInt),
  type: GraphqlOperationType[kind.toUpperCase() as GraphqlOperationType],
});
