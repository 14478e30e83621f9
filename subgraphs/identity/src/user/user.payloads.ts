import { PageInfo, Payload } from '@plexica/plugin-kit';
import { Field, Int, ObjectType } from 'type-graphql';
import { User } from './user.entity.ts';

@ObjectType({ description: 'A user in a list.' })
export class UserEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => User, { description: 'The user at this place.' })
  node!: User;
}

@ObjectType({ description: 'One page of the users of the tenant.' })
export class UserConnection {
  @Field(() => [UserEdge], { description: 'The users of this page, in order.' })
  edges!: UserEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands in the whole list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many users the filter lets through, over all pages.' })
  totalCount!: number;
}

/** Base of what every mutation on a user answers. */
@ObjectType({ description: 'The outcome of a change to a user.' })
abstract class OfUser extends Payload {
  @Field(() => User, {
    nullable: true,
    description: 'The user as it is now; null when there are user errors, the fresh state on `VERSION_CONFLICT`.',
  })
  user?: User | null;
}

@ObjectType({ description: 'The new user, who can sign in at once with the password given.' })
export class CreateUserPayload extends OfUser {}

@ObjectType({ description: 'Somebody who was sent a link to choose a password.' })
export class InviteUserPayload extends OfUser {
  @Field(() => String, {
    nullable: true,
    description: 'Where the invited person sets a password, good for 7 days; shown this once, and mailed to them.',
  })
  invitationUrl?: string | null;
}

@ObjectType({ description: 'The user as it is after the change, with its new version.' })
export class UpdateUserPayload extends OfUser {}

@ObjectType({ description: 'The caller as others see them from now on.' })
export class UpdateMyProfilePayload extends OfUser {}

@ObjectType({ description: 'Who can no longer sign in; every session of theirs has ended.' })
export class DisableUserPayload extends OfUser {}

@ObjectType({ description: 'Who can sign in again, with the roles held before.' })
export class EnableUserPayload extends OfUser {}

@ObjectType({ description: 'The outcome of `deleteUser`; the user is as it was last.' })
export class DeleteUserPayload extends OfUser {}

@ObjectType({ description: 'Whose sign-in was given new credentials; sessions that were open have ended.' })
export class SetPasswordPayload extends OfUser {}

@ObjectType({ description: 'Who was mailed a link; password and sessions stay as they are until it is used.' })
export class SendPasswordResetPayload extends OfUser {}

@ObjectType({ description: 'Who holds one more set of permissions, from the next request on.' })
export class AssignRolePayload extends OfUser {}

@ObjectType({ description: 'Who holds fewer permissions, from the next request on.' })
export class RevokeRolePayload extends OfUser {}
