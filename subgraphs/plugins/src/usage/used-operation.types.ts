import { DateTime, PageInfo } from '@plexica/plugin-kit';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const GraphqlOperationType = { QUERY: 'QUERY', MUTATION: 'MUTATION', SUBSCRIPTION: 'SUBSCRIPTION' } as const;
export type GraphqlOperationType = keyof typeof GraphqlOperationType;
registerEnumType(GraphqlOperationType, {
  name: 'GraphqlOperationType',
  description: 'What kind of GraphQL operation it is.',
  valuesConfig: {
    QUERY: { description: 'It reads.' },
    MUTATION: { description: 'It changes something.' },
    SUBSCRIPTION: { description: 'It watches; counted once when it begins.' },
  },
});

@ObjectType({ description: 'A GraphQL operation that users of the caller’s tenant asked within the last 30 days.' })
export class UsedOperation {
  @Field(() => ID, { description: 'SHA-256 of `text`: operations that differ only in values written into them are one.' })
  hash!: string;

  @Field(() => String, { nullable: true, description: 'As its author named it; null for one without a name.' })
  name?: string | null;

  @Field(() => GraphqlOperationType, { description: 'Whether it reads, changes or watches.' })
  type!: GraphqlOperationType;

  @Field(() => String, { description: 'Its text, with `""` and `0` in place of the values that were written into it.' })
  text!: string;

  @Field(() => [String], {
    description: 'What it uses of the API, as schema coordinates such as `User.email`, `Query.users(first:)` or `UserStatus.ACTIVE`.',
  })
  elements!: string[];

  @Field(() => Int, { description: 'How often it was asked since it was first seen, up to ten seconds ago.' })
  calls!: number;

  @Field(() => DateTime, { description: 'When it was first seen.' })
  firstUsedAt!: Date;

  @Field(() => DateTime, { description: 'When it was last seen, to within ten seconds.' })
  lastUsedAt!: Date;
}

@ObjectType({ description: 'An operation and its place in the list.' })
class UsedOperationEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => UsedOperation, { description: 'The operation at this place.' })
  node!: UsedOperation;
}

@ObjectType({ description: 'A page of operations, most asked first.' })
export class UsedOperationConnection {
  @Field(() => [UsedOperationEdge], { description: 'The operations of this page, in order.' })
  edges!: UsedOperationEdge[];

  @Field(() => PageInfo, { description: 'Whether less asked ones follow, and from where.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many the whole list has, all pages together.' })
  totalCount!: number;
}
