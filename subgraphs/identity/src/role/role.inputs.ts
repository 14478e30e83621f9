import { OrderDirection } from '@plexica/plugin-kit';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';

@InputType({ description: 'Which roles a list shows; all conditions hold together.' })
export class RoleFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name or description, ignoring case.' })
  search?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Only built-in roles, or only those made here.' })
  builtIn?: boolean | null;
}

export const RoleOrderField = { NAME: 'NAME' } as const;
registerEnumType(RoleOrderField, {
  name: 'RoleOrderField',
  description: 'What a list of roles is ordered by.',
  valuesConfig: { NAME: { description: 'Alphabetically, upper and lower case alike.' } },
});

@InputType({ description: 'The order of a list of roles.' })
export class RoleOrder {
  @Field(() => RoleOrderField, { description: 'The value compared.' })
  field!: keyof typeof RoleOrderField;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which end comes first.' })
  direction!: keyof typeof OrderDirection;
}

@InputType({ description: 'A role to be created.' })
export class CreateRoleInput {
  @Field(() => String, { description: 'A name no other role of the tenant has, 1 to 60 characters; `ROLE_NAME_TAKEN` otherwise.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the role is for, at most 500 characters.' })
  description?: string | null;

  @Field(() => [String], {
    description: 'What it grants: permissions of the list `permissions`, or wildcards such as `users.*`. You must hold each yourself.',
  })
  permissions!: string[];
}

@InputType({ description: 'Changes to a role. Left out means unchanged.' })
export class UpdateRoleInput {
  @Field(() => ID, { description: 'The role to change; `ROLE_BUILT_IN` for admin, user and guest.' })
  id!: string;

  @Field(() => Int, { description: 'The version the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'A name no other role of the tenant has, 1 to 60 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What the role is for, at most 500 characters.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'All it grants from now on. You must hold yourself what is new among them.' })
  permissions?: string[] | null;
}

@InputType({ description: 'A role to be removed, also from everybody who has it.' })
export class DeleteRoleInput {
  @Field(() => ID, { description: 'The role to delete; `ROLE_BUILT_IN` for admin, user and guest.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version the decision is based on; a stale one is `VERSION_CONFLICT`.' })
  version?: number | null;
}

@InputType({ description: 'Who gets which role.' })
export class AssignRoleInput {
  @Field(() => ID, { description: 'The user who gets the role.' })
  userId!: string;

  @Field(() => ID, { description: 'The role; you must hold all it grants.' })
  roleId!: string;
}

@InputType({ description: 'Who loses which role.' })
export class RevokeRoleInput {
  @Field(() => ID, { description: 'The user who loses the role.' })
  userId!: string;

  @Field(() => ID, { description: 'The role; you must hold all it grants.' })
  roleId!: string;
}
