import { defineEntity } from '@mikro-orm/core';
import { DateTime } from '@plexica/plugin-kit';
import { Field, ID, ObjectType } from 'type-graphql';

/** A session from its first sight on; the identity provider holds the tokens, this row holds the word on whether it counts. */
@ObjectType({ description: 'A device or program that a user is signed in with.' })
export class UserSession {
  @Field(() => ID, { description: 'The `sid` of its tokens; stays the same while it is refreshed.' })
  id!: string;

  userId!: string;

  @Field(() => DateTime, { description: 'When the user signed in.' })
  startedAt!: Date;

  endedAt!: Date | null;

  /** Claims that `session.creating` filters added. */
  added!: Record<string, unknown>;
}

export const UserSessionEntity = defineEntity({
  class: UserSession,
  tableName: 'session',
  schema: '*',
  properties: (p) => ({
    id: p.text().primary(),
    userId: p.uuid(),
    startedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    added: p.json().$type<Record<string, unknown>>(),
  }),
});
