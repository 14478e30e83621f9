import { defineEntity, OptionalProps } from '@mikro-orm/core';
import { DateTime, DomainError } from '@plexica/plugin-kit';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const userStatuses = ['INVITED', 'ACTIVE', 'DISABLED'] as const;
export type UserStatus = (typeof userStatuses)[number];

export const UserStatusEnum = Object.fromEntries(userStatuses.map((status) => [status, status])) as { [S in UserStatus]: S };
registerEnumType(UserStatusEnum, {
  name: 'UserStatus',
  description: 'Whether a user can sign in.',
  valuesConfig: {
    INVITED: { description: 'Has an open invitation and no password yet.' },
    ACTIVE: { description: 'Signs in, as far as the tenant is active.' },
    DISABLED: { description: 'Cannot sign in; every session was ended when this was set.' },
  },
});

/** Somebody in a tenant, or in the platform's own realm. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A person in this tenant. Plugins extend this entity; an id of another tenant never resolves.' })
export class User {
  declare [OptionalProps]?: 'locale' | 'timezone' | 'avatarUrl' | 'lastSignInAt' | 'version';

  @Field(() => ID, { description: 'Opaque and unique in the whole installation; also the `sub` of the user’s tokens.' })
  id!: string;

  @Field(() => String, { description: 'Where the user is reached and what they sign in with. Unique in the tenant, ignoring case.' })
  email!: string;

  /** The email as it is compared. */
  username!: string;

  @Field(() => String, { description: 'The name others see, 1 to 100 characters.' })
  displayName!: string;

  @Field(() => UserStatusEnum, { description: 'Whether this user can sign in now.' })
  status!: UserStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Preferred language as a BCP 47 tag, for example `it-IT`; null follows the browser.',
  })
  locale?: string | null;

  @Field(() => String, { nullable: true, description: 'Preferred IANA time zone, for example `Europe/Rome`; null follows the browser.' })
  timezone?: string | null;

  @Field(() => String, { nullable: true, description: 'Address of a picture of the user; null shows their initials.' })
  avatarUrl?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When a session of this user last began; null before the first.' })
  lastSignInAt?: Date | null;

  @Field(() => DateTime, { description: 'When the user was created or invited.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'Grows with each change by an admin or the user; updates send it back to notice each other.' })
  version!: number;

  /** The shape that events and hooks carry. */
  snapshot() {
    return { id: this.id, email: this.email, displayName: this.displayName, status: this.status };
  }

  expect(version: number | null | undefined): void {
    if (version != null && version !== this.version)
      throw new DomainError('VERSION_CONFLICT', { details: { current: this }, path: ['input', 'version'] });
  }

  change(changes: Partial<Pick<User, 'email' | 'username' | 'displayName' | 'status' | 'locale' | 'timezone' | 'avatarUrl'>>): void {
    Object.assign(this, changes);
    this.version += 1;
  }
}

export const UserEntity = defineEntity({
  class: User,
  tableName: 'user',
  schema: '*',
  properties: (p) => ({
    id: p.uuid().primary(),
    email: p.text(),
    username: p.text(),
    displayName: p.text(),
    status: p.text().$type<UserStatus>(),
    locale: p.text().nullable(),
    timezone: p.text().nullable(),
    avatarUrl: p.text().nullable(),
    lastSignInAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    version: p.integer(),
  }),
});
