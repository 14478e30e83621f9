import { PageArgs, payload, RequiresPermission } from '@plexica/plugin-kit';
import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { permissionsOfRole } from '../permission/held-permissions.ts';
import { AssignRolePayload, RevokeRolePayload } from '../user/user.payloads.ts';
import { Role } from './role.entity.ts';
import {
  AssignRoleInput,
  CreateRoleInput,
  DeleteRoleInput,
  RevokeRoleInput,
  RoleFilter,
  RoleOrder,
  UpdateRoleInput,
} from './role.inputs.ts';
import { CreateRolePayload, DeleteRolePayload, RoleConnection, UpdateRolePayload } from './role.payloads.ts';
import { pageOfRoles } from './role-page.ts';

@Resolver(() => Role)
export class RoleResolver {
  @Query(() => RoleConnection, { description: 'The roles of the tenant by name, built-in ones included. Needs `roles.read`.' })
  @RequiresPermission('roles.read')
  roles(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => RoleFilter, { nullable: true, description: 'Narrows the list.' }) filter: RoleFilter | null,
    @Arg('orderBy', () => RoleOrder, { nullable: true, description: 'The order of the list; by name when left out.' })
    order: RoleOrder | null,
    @Ctx() { read }: IdentityContext,
  ) {
    return read((em) => pageOfRoles(em, page, filter ?? {}, order?.direction));
  }

  @FieldResolver(() => [String], { description: 'What the role grants: permissions and wildcards; `*` is everything in the tenant.' })
  async permissions(@Root() role: Role, @Ctx() { loadersOf }: IdentityContext) {
    return permissionsOfRole(role, await loadersOf(role).pluginPermissions());
  }

  @FieldResolver(() => Int, { description: 'How many users have the role.' })
  userCount(@Root() role: Role, @Ctx() { loadersOf }: IdentityContext) {
    return loadersOf(role).userCountOfRole.load(role.id);
  }

  @Mutation(() => CreateRolePayload, {
    description: 'Makes a role of one’s own. `ROLE_NAME_TAKEN`, `PERMISSION_UNKNOWN`; `FORBIDDEN` to grant what you don’t hold.',
  })
  @RequiresPermission('roles.write')
  createRole(
    @Arg('input', () => CreateRoleInput, { description: 'The role to make.' }) input: CreateRoleInput,
    @Ctx() { roles }: IdentityContext,
  ) {
    return payload('role', () => roles.create(input));
  }

  @Mutation(() => UpdateRolePayload, {
    description: 'Changes a role for everybody who has it, from their next request. `ROLE_BUILT_IN`, `VERSION_CONFLICT`.',
  })
  @RequiresPermission('roles.write')
  updateRole(
    @Arg('input', () => UpdateRoleInput, { description: 'What to change.' }) input: UpdateRoleInput,
    @Ctx() { roles }: IdentityContext,
  ) {
    return payload('role', () => roles.update(input));
  }

  @Mutation(() => DeleteRolePayload, { description: 'Removes a role and takes it from everybody who has it. `ROLE_BUILT_IN`.' })
  @RequiresPermission('roles.write')
  deleteRole(
    @Arg('input', () => DeleteRoleInput, { description: 'The role to remove.' }) input: DeleteRoleInput,
    @Ctx() { roles }: IdentityContext,
  ) {
    return payload('role', () => roles.delete(input));
  }

  @Mutation(() => AssignRolePayload, { description: 'Gives a user one more role. Holds from the next request.' })
  @RequiresPermission('roles.write')
  assignRole(
    @Arg('input', () => AssignRoleInput, { description: 'Who gets which role.' }) input: AssignRoleInput,
    @Ctx() { roles, loaders }: IdentityContext,
  ) {
    return payload('user', () => roles.assign(input).finally(loaders.forget));
  }

  @Mutation(() => RevokeRolePayload, {
    description: 'Takes a role from a user. Holds from the next request. `ADMIN_LAST` for the last active admin.',
  })
  @RequiresPermission('roles.write')
  revokeRole(
    @Arg('input', () => RevokeRoleInput, { description: 'Who loses which role.' }) input: RevokeRoleInput,
    @Ctx() { roles, loaders }: IdentityContext,
  ) {
    return payload('user', () => roles.revoke(input).finally(loaders.forget));
  }
}
