import { PageInfo, Payload } from '@plexica/plugin-kit';
import { Field, Int, ObjectType } from 'type-graphql';
import { Role } from './role.entity.ts';

@ObjectType({ description: 'A role in a list.' })
export class RoleEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => Role, { description: 'The role at this place.' })
  node!: Role;
}

@ObjectType({ description: 'One page of the roles of the tenant.' })
export class RoleConnection {
  @Field(() => [RoleEdge], { description: 'The roles of this page, by name.' })
  edges!: RoleEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands in the whole list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many roles the tenant has, over all pages.' })
  totalCount!: number;
}

/** Base of what every mutation on a role answers. */
@ObjectType({ description: 'The outcome of a change to a role.' })
abstract class OfRole extends Payload {
  @Field(() => Role, {
    nullable: true,
    description: 'The role as it is now; null when there are user errors, the fresh state on `VERSION_CONFLICT`.',
  })
  role?: Role | null;
}

@ObjectType({ description: 'A custom set of permissions, held by nobody yet.' })
export class CreateRolePayload extends OfRole {}

@ObjectType({ description: 'The changed set of permissions, with its new version; holders feel it at their next request.' })
export class UpdateRolePayload extends OfRole {}

@ObjectType({ description: 'The outcome of `deleteRole`; the role is as it was last.' })
export class DeleteRolePayload extends OfRole {}
