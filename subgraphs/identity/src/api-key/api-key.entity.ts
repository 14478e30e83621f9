import { defineEntity } from '@mikro-orm/core';
import { DateTime } from '@plexica/plugin-kit';
import { Field, ID, ObjectType } from 'type-graphql';

/** A program's way in, on behalf of the user who made it. */
@ObjectType({ description: 'A long-lived credential of a program. It acts for the user who made it, and may do no more than they may.' })
export class ApiKey {
  @Field(() => ID, { description: 'Names the key for `revokeApiKey` and in the audit log; it is no secret.' })
  id!: string;

  userId!: string;

  @Field(() => String, { description: 'What the key is for, as its owner called it.' })
  name!: string;

  secretHash!: string;

  @Field(() => String, { description: 'The end of the secret, to tell keys apart.' })
  hint!: string;

  @Field(() => [String], {
    description: 'What it was given. What its owner may no longer do, it may no longer do either.',
  })
  permissions!: string[];

  @Field(() => DateTime, { description: 'When the key was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'From when on it is refused; null for one that does not run out.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was used last, to the minute; null before its first use.' })
  lastUsedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it counts.' })
  revokedAt!: Date | null;

  countsAt(now: Date): boolean {
    return this.revokedAt === null && (this.expiresAt === null || this.expiresAt > now);
  }
}

export const ApiKeyEntity = defineEntity({
  class: ApiKey,
  tableName: 'api_key',
  schema: '*',
  properties: (p) => ({
    id: p.uuid().primary(),
    userId: p.uuid(),
    name: p.text(),
    secretHash: p.text(),
    hint: p.text(),
    permissions: p.array(),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
  }),
});
