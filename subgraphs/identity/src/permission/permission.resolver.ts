import { RequiresPermission } from '@plexica/plugin-kit';
import { corePermissions } from '@plexica/schema';
import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';

@ObjectType({ description: 'Something a role can grant in this tenant.' })
export class Permission {
  @Field(() => String, { description: '`resource.action`, or `<plugin>.<resource>.<action>` of a plugin.' })
  name!: string;

  @Field(() => String, { description: 'What it allows, in words.' })
  description!: string;

  @Field(() => String, { description: '`CORE`, or the id of the plugin that brought it.' })
  origin!: string;
}

@Resolver()
export class PermissionResolver {
  @Query(() => [Permission], {
    description: 'Every permission there is in this tenant, those of its plugins included. Needs `roles.read`.',
  })
  @RequiresPermission('roles.read')
  async permissions(@Ctx() { loaders }: IdentityContext): Promise<Permission[]> {
    const core = Object.entries(corePermissions).map(([name, description]) => ({ name, description, origin: 'CORE' }));
    const added = (await loaders.pluginPermissions()).map(({ name, description, pluginId }) => ({ name, description, origin: pluginId }));
    return [...core, ...added];
  }
}
