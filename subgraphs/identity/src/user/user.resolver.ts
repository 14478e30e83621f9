import { PageArgs, payload, RequiresPermission, SignedIn } from '@plexica/plugin-kit';
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { Role } from '../role/role.entity.ts';
import { User } from './user.entity.ts';
import {
  CreateUserInput,
  DeleteUserInput,
  DisableUserInput,
  EnableUserInput,
  InviteUserInput,
  SendPasswordResetInput,
  SetPasswordInput,
  UpdateMyProfileInput,
  UpdateUserInput,
  UserFilter,
  UserOrder,
} from './user.inputs.ts';
import {
  CreateUserPayload,
  DeleteUserPayload,
  DisableUserPayload,
  EnableUserPayload,
  InviteUserPayload,
  SendPasswordResetPayload,
  SetPasswordPayload,
  UpdateMyProfilePayload,
  UpdateUserPayload,
  UserConnection,
} from './user.payloads.ts';
import { pageOfUsers } from './user-page.ts';

@Resolver(() => User)
export class UserResolver {
  @Query(() => User, { description: 'The signed-in user. `UNAUTHENTICATED` without a session.' })
  @SignedIn()
  me(@Ctx() { loaders, caller }: IdentityContext) {
    return loaders.user.load(caller.userId);
  }

  @Query(() => UserConnection, { description: 'The users of the tenant, ordered by name unless said otherwise. Needs `users.read`.' })
  @RequiresPermission('users.read')
  users(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => UserFilter, { nullable: true, description: 'Narrows the list.' }) filter: UserFilter | null,
    @Arg('orderBy', () => UserOrder, { nullable: true, description: 'The order of the list; by name when left out.' })
    order: UserOrder | null,
    @Ctx() { read }: IdentityContext,
  ) {
    return read((em) => pageOfUsers(em, page, filter ?? {}, order ?? undefined));
  }

  @Query(() => User, { nullable: true, description: 'One user of the tenant; null when nobody here has the id. Needs `users.read`.' })
  @RequiresPermission('users.read')
  user(@Arg('id', () => ID, { description: 'The id of the user.' }) id: string, @Ctx() { loaders }: IdentityContext) {
    return loaders.user.load(id);
  }

  @FieldResolver(() => [Role], { description: 'The roles this user was given, by name.' })
  async roles(@Root() user: User, @Ctx() { loadersOf, follow }: IdentityContext) {
    return follow(user, await loadersOf(user).rolesOfUser.load(user.id));
  }

  @FieldResolver(() => [String], {
    description: 'Every single permission these roles amount to, wildcards spelled out, in alphabetical order.',
  })
  permissions(@Root() user: User, @Ctx() { loadersOf }: IdentityContext) {
    return loadersOf(user).permissionsOfUser.load(user.id);
  }

  @Mutation(() => CreateUserPayload, {
    description: 'Adds a user who may sign in at once. `USER_EMAIL_TAKEN`, `PASSWORD_TOO_WEAK`, `ROLE_NOT_FOUND`, `HOOK_VETOED`.',
  })
  @RequiresPermission('users.write')
  createUser(
    @Arg('input', () => CreateUserInput, { description: 'Who to add.' }) input: CreateUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.create(input));
  }

  @Mutation(() => InviteUserPayload, {
    description: 'Adds a user who chooses a password by an invitation, good for 7 days. `USER_EMAIL_TAKEN`, `HOOK_VETOED`.',
  })
  @RequiresPermission('users.write')
  inviteUser(
    @Arg('input', () => InviteUserInput, { description: 'Who to invite.' }) input: InviteUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload(['user', 'invitationUrl'], () => users.invite(input));
  }

  @Mutation(() => UpdateUserPayload, { description: 'Changes a user of the tenant. `VERSION_CONFLICT` carries the fresh state.' })
  @RequiresPermission('users.write')
  updateUser(
    @Arg('input', () => UpdateUserInput, { description: 'What to change.' }) input: UpdateUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.update(input));
  }

  @Mutation(() => UpdateMyProfilePayload, { description: 'Changes what the signed-in user shows of themselves; needs no permission.' })
  @SignedIn()
  updateMyProfile(
    @Arg('input', () => UpdateMyProfileInput, { description: 'What to change.' }) input: UpdateMyProfileInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.updateMyProfile(input));
  }

  @Mutation(() => DisableUserPayload, {
    description: 'Ends every session of a user and lets none begin. `ADMIN_LAST` for the last active admin.',
  })
  @RequiresPermission('users.write')
  disableUser(
    @Arg('input', () => DisableUserInput, { description: 'Who to disable.' }) input: DisableUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.disable(input));
  }

  @Mutation(() => EnableUserPayload, { description: 'Lets a disabled user sign in again, with the password they had.' })
  @RequiresPermission('users.write')
  enableUser(
    @Arg('input', () => EnableUserInput, { description: 'Who to enable.' }) input: EnableUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.enable(input));
  }

  @Mutation(() => DeleteUserPayload, {
    description: 'Removes a user, their sessions and their account for good. `ADMIN_LAST`, `HOOK_VETOED`.',
  })
  @RequiresPermission('users.write')
  deleteUser(
    @Arg('input', () => DeleteUserInput, { description: 'Who to remove.' }) input: DeleteUserInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.delete(input));
  }

  @Mutation(() => SetPasswordPayload, { description: 'Gives a user a new password and ends their sessions. `PASSWORD_TOO_WEAK`.' })
  @RequiresPermission('users.write')
  setPassword(
    @Arg('input', () => SetPasswordInput, { description: 'Whose password, and which.' }) input: SetPasswordInput,
    @Ctx() { users }: IdentityContext,
  ) {
    return payload('user', () => users.setPassword(input));
  }

  @Mutation(() => SendPasswordResetPayload, {
    description:
      'Mails a user a link to choose another password, good for 24 hours and once; an earlier link is dead. Using it ends their sessions. `USER_NOT_FOUND`, `USER_NOT_ACTIVE`.',
  })
  @RequiresPermission('users.write')
  sendPasswordReset(
    @Arg('input', () => SendPasswordResetInput, { description: 'Who lost their password.' }) input: SendPasswordResetInput,
    @Ctx() { passwordResets }: IdentityContext,
  ) {
    return payload('user', () => passwordResets.send(input));
  }
}
