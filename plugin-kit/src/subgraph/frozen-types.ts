import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** Injected into every subgraph alike. Frozen: one more field here would break the composition of each published plugin. */
@Directive('@shareable')
@ObjectType({ description: 'Something the caller can put right: a value that breaks a rule, a conflict, or a plugin that refused.' })
export class UserError {
  @Field(() => String, {
    description: 'What went wrong, one of the registered codes such as `TENANT_SLUG_TAKEN`. Stable; programs compare this.',
  })
  code!: string;

  @Field(() => String, { description: 'What went wrong in words for a person, in English.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'The input value that is meant, outermost name first, for example `["input", "slug"]`.',
  })
  path?: readonly string[] | null;

  @Field(() => ID, { nullable: true, description: 'The plugin that refused, where `code` is `HOOK_VETOED`.' })
  plugin?: string | null;

  @Field(() => String, { nullable: true, description: 'The reason in the plugin’s own codes, where `code` is `HOOK_VETOED`.' })
  pluginCode?: string | null;
}

/** Relay page information, the same in every subgraph. */
@Directive('@shareable')
@ObjectType({ description: 'Where a page stands within its whole list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more edges follow `endCursor`.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether edges precede `startCursor`.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge of this page; null on an empty page.' })
  startCursor?: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge of this page, for `after`; null on an empty page.' })
  endCursor?: string | null;
}

/** Base of every mutation payload: what was changed, and what the caller can put right. */
@ObjectType({ description: 'The outcome of a mutation.' })
export abstract class Payload {
  @Field(() => [UserError], { description: 'What the caller can put right; empty when the mutation went through.' })
  userErrors!: UserError[];
}
