import type { OperationRecord } from '@plexica/foundation';
import { payload, RequiresRole, ShowsState, SignedIn } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { TenancyContext } from '../context.ts';
import { Operation, RetryOperationPayload } from './operation.types.ts';

@Directive('@tag(name: "platform")')
@InputType({ description: 'A failed operation to try again.' })
export class RetryOperationInput {
  @Field(() => ID, { description: 'Which one; `OPERATION_NOT_FOUND`, or `OPERATION_NOT_RETRYABLE` unless it is FAILED or COMPENSATED.' })
  id!: string;
}

@Resolver(() => Operation)
export class OperationResolver {
  @Query(() => Operation, {
    nullable: true,
    description: 'One operation of the own tenant, or of any for platform admins; null for any other id.',
  })
  @SignedIn()
  operation(@Arg('id', () => ID, { description: 'As a mutation answered it.' }) id: string, @Ctx() { operations }: TenancyContext) {
    return operations.find(id);
  }

  @FieldResolver(() => Float)
  progress(@Root() { status, steps }: OperationRecord): number {
    if (status === 'SUCCEEDED' || steps.length === 0) return status === 'SUCCEEDED' ? 1 : 0;
    return steps.filter((step) => step.status === 'SUCCEEDED').length / steps.length;
  }

  @Directive('@tag(name: "platform")')
  @Mutation(() => RetryOperationPayload, {
    description:
      'Lets a FAILED operation go on undoing, or begins a COMPENSATED one anew. `OPERATION_NOT_FOUND`, `OPERATION_NOT_RETRYABLE`.',
  })
  @RequiresRole(superAdmin)
  retryOperation(
    @Arg('input', () => RetryOperationInput, { description: 'Which operation.' }) input: RetryOperationInput,
    @Ctx() { tenants }: TenancyContext,
  ) {
    return payload('operation', () => tenants.retryOperation(input));
  }

  @Subscription(() => Operation, {
    description: 'The state of an operation now and after each change; ends after the last. `OPERATION_NOT_FOUND` for any other id.',
    subscribe: ({ args, context }) => (context as TenancyContext).follow(String(args.id)),
  })
  @SignedIn()
  @ShowsState()
  operationProgress(
    @Arg('id', () => ID, { description: 'As a mutation answered it.' }) _id: string,
    @Root() operation: OperationRecord,
  ): OperationRecord {
    return operation;
  }
}
