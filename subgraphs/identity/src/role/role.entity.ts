import { defineEntity } from '@mikro-orm/core';
import { DomainError } from '@plexica/plugin-kit';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

/** A named bundle of permissions. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A named set of permissions that users of this tenant are given.' })
export class Role {
  @Field(() => ID, { description: 'Opaque; differs between tenants also for the built-in roles.' })
  id!: string;

  @Field(() => String, { description: 'Unique in the tenant, for example `admin` or `Support`.' })
  name!: string;

  @Field(() => String, { description: 'What the role is for, in words; empty when nobody wrote any.' })
  description!: string;

  @Field(() => Boolean, { description: 'Comes with the tenant and cannot be changed or deleted.' })
  builtIn!: boolean;

  /** Beside these, a built-in role has what plugins give it by default. */
  permissions!: string[];

  @Field(() => Int, { description: 'Grows with each change; updates send it back to notice each other.' })
  version!: number;

  snapshot() {
    return { id: this.id, name: this.name };
  }

  mustBeCustom(): void {
    if (this.builtIn) throw new DomainError('ROLE_BUILT_IN');
  }

  expect(version: number | null | undefined): void {
    if (version != null && version !== this.version)
      throw new DomainError('VERSION_CONFLICT', { details: { current: this }, path: ['input', 'version'] });
  }
}

export const RoleEntity = defineEntity({
  class: Role,
  tableName: 'role',
  schema: '*',
  properties: (p) => ({
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text(),
    builtIn: p.boolean(),
    permissions: p.array(),
    version: p.integer(),
  }),
});

/** A user has a role. */
export class UserRole {
  userId!: string;
  roleId!: string;
}

export const UserRoleEntity = defineEntity({
  class: UserRole,
  tableName: 'user_role',
  schema: '*',
  properties: (p) => ({ userId: p.uuid().primary(), roleId: p.uuid().primary() }),
});
