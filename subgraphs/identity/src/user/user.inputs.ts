import { OrderDirection } from '@plexica/plugin-kit';
import { Field, ID, InputType, Int, registerEnumType } from 'type-graphql';
import { type UserStatus, UserStatusEnum } from './user.entity.ts';

@InputType({ description: 'Which users a list shows; all conditions hold together.' })
export class UserFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name or email, ignoring case.' })
  search?: string | null;

  @Field(() => UserStatusEnum, { nullable: true, description: 'Only users in this status.' })
  status?: UserStatus | null;

  @Field(() => ID, { nullable: true, description: 'Only users who have this role.' })
  roleId?: string | null;
}

export const UserOrderField = {
  DISPLAY_NAME: 'DISPLAY_NAME',
  EMAIL: 'EMAIL',
  CREATED_AT: 'CREATED_AT',
  LAST_SIGN_IN_AT: 'LAST_SIGN_IN_AT',
} as const;
registerEnumType(UserOrderField, {
  name: 'UserOrderField',
  description: 'What a list of users is ordered by; equal values keep a stable order.',
  valuesConfig: {
    DISPLAY_NAME: { description: 'The name others see.' },
    EMAIL: { description: 'The email, ignoring case.' },
    CREATED_AT: { description: 'When the user was created.' },
    LAST_SIGN_IN_AT: { description: 'When the user last signed in; who never did is at the end of ascending lists.' },
  },
});

@InputType({ description: 'The order of a list of users.' })
export class UserOrder {
  @Field(() => UserOrderField, { description: 'The value compared.' })
  field!: keyof typeof UserOrderField;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which end comes first.' })
  direction!: keyof typeof OrderDirection;
}

@InputType({ description: 'A user to be created.' })
export class CreateUserInput {
  @Field(() => String, { description: 'What the user signs in with; unique in the tenant, ignoring case. `USER_EMAIL_TAKEN` otherwise.' })
  email!: string;

  @Field(() => String, { description: 'The name others see, 1 to 100 characters.' })
  displayName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A first password of 10 to 128 characters; without one the user cannot sign in until `setPassword`.',
  })
  password?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Roles from the start; needs `roles.write`. The role `user` when left out.' })
  roleIds?: string[] | null;
}

@InputType({ description: 'A user to be invited by mail.' })
export class InviteUserInput {
  @Field(() => String, { description: 'Where the invitation goes, and what the user will sign in with.' })
  email!: string;

  @Field(() => String, { description: 'The name others see until the user chooses another.' })
  displayName!: string;

  @Field(() => [ID], { nullable: true, description: 'Roles from the start; needs `roles.write`. The role `user` when left out.' })
  roleIds?: string[] | null;
}

@InputType({ description: 'What users say about themselves. Left out means unchanged; null clears a preference.' })
export class UpdateMyProfileInput {
  @Field(() => String, { nullable: true, description: 'The name others see, 1 to 100 characters.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'A BCP 47 tag such as `it-IT`.' })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'An IANA time zone such as `Europe/Rome`.' })
  timezone?: string | null;

  @Field(() => String, { nullable: true, description: 'An https address, or a path of this platform, at most 2048 characters.' })
  avatarUrl?: string | null;

  @Field(() => Int, { nullable: true, description: 'The version the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version?: number | null;
}

@InputType({ description: 'Changes to a user. Left out means unchanged; null clears a preference.' })
export class UpdateUserInput {
  @Field(() => ID, { description: 'The user to change.' })
  id!: string;

  @Field(() => Int, { description: 'The version the change is based on; a stale one is `VERSION_CONFLICT`.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'The new email; the user signs in with it from now on.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'The name others see, 1 to 100 characters.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'A BCP 47 tag such as `it-IT`.' })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'An IANA time zone such as `Europe/Rome`.' })
  timezone?: string | null;

  @Field(() => String, { nullable: true, description: 'An https address, or a path of this platform, at most 2048 characters.' })
  avatarUrl?: string | null;
}

@InputType({ description: 'A user who may no longer sign in.' })
export class DisableUserInput {
  @Field(() => ID, { description: 'Whose sign-in is to be stopped; not the last admin.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version the decision is based on; a stale one is `VERSION_CONFLICT`.' })
  version?: number | null;
}

@InputType({ description: 'A disabled user who may sign in again.' })
export class EnableUserInput {
  @Field(() => ID, { description: 'Who is to sign in again; was disabled before.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version the decision is based on; a stale one is `VERSION_CONFLICT`.' })
  version?: number | null;
}

@InputType({ description: 'A user to be removed for good.' })
export class DeleteUserInput {
  @Field(() => ID, { description: 'Who is to be removed for good; not the last admin.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'The version the decision is based on; a stale one is `VERSION_CONFLICT`.' })
  version?: number | null;
}

@InputType({ description: 'Somebody who lost their password.' })
export class SendPasswordResetInput {
  @Field(() => ID, { description: 'Who is sent the link; `USER_NOT_ACTIVE` for one who is invited or disabled.' })
  id!: string;
}

@InputType({ description: 'A password an admin sets for somebody.' })
export class SetPasswordInput {
  @Field(() => ID, { description: 'The user whose password it will be.' })
  id!: string;

  @Field(() => String, { description: 'The new password, 10 to 128 characters; `PASSWORD_TOO_WEAK` otherwise.' })
  password!: string;
}
