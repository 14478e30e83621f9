import { DateTime, Json, PageInfo } from '@plexica/plugin-kit';
import { Field, ID, InputType, ObjectType } from 'type-graphql';

/** A row of the tenant's audit log, as clients see it. */
@ObjectType({ description: 'One change: who did what to which thing, and when. Never changed or removed afterwards.' })
export class AuditEntry {
  @Field(() => ID, { description: 'Opaque; later changes sort after earlier ones.' })
  id!: string;

  @Field(() => DateTime, { description: 'When the change was made.' })
  at!: Date;

  @Field(() => ID, { nullable: true, description: 'The user who made it, who may be gone by now; null for the platform itself.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'The email the actor had then.' })
  actorEmail?: string | null;

  @Field(() => String, { description: 'What was done, such as `role.assign`.' })
  action!: string;

  @Field(() => String, { nullable: true, description: 'The kind of thing it was done to, such as `user`.' })
  targetType?: string | null;

  @Field(() => String, { nullable: true, description: 'The id of the thing it was done to.' })
  targetId?: string | null;

  @Field(() => Json, { nullable: true, description: 'The values that mattered before; null where there were none.' })
  before?: unknown;

  @Field(() => Json, { nullable: true, description: 'The values that mattered after; null where there are none.' })
  after?: unknown;

  @Field(() => String, { nullable: true, description: 'The request it was part of, as in the log.' })
  requestId?: string | null;
}

@ObjectType({ description: 'An audit entry in a list.' })
export class AuditEntryEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => AuditEntry, { description: 'The entry at this place.' })
  node!: AuditEntry;
}

@ObjectType({ description: 'One page of the audit log.' })
export class AuditEntryConnection {
  @Field(() => [AuditEntryEdge], { description: 'The entries of this page, the newest first.' })
  edges!: AuditEntryEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands in the whole log.' })
  pageInfo!: PageInfo;
}

@InputType({ description: 'Which entries a list shows; all conditions hold together.' })
export class AuditFilter {
  @Field(() => ID, { nullable: true, description: 'Only what this user did.' })
  actorId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only this action, such as `user.create`.' })
  action?: string | null;

  @Field(() => String, { nullable: true, description: 'Only what was done to the thing of this id.' })
  targetId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only entries from this moment on.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only entries before this moment.' })
  to?: Date | null;
}
