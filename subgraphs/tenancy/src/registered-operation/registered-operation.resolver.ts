import { Payload, payload, RequiresPermission } from '@plexica/plugin-kit';
import { Arg, Ctx, Field, FieldResolver, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { TenancyContext } from '../context.ts';
import { Tenant } from '../tenant/tenant.entity.ts';
import { ClientManifest } from './client-manifest.entity.ts';

@InputType({ description: 'Operations that a client will ask.' })
export class RegisterOperationsInput {
  @Field(() => String, { description: 'What the client calls itself in the header `apollographql-client-name`.' })
  client!: string;

  @Field(() => [String], {
    description: 'The texts, exactly as the client sends them or hashes them (SHA-256); 1,000 in all for a client at most.',
  })
  operations!: string[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the client’s earlier operations are dropped; kept when left out, so that old versions of it go on working.',
  })
  replace?: boolean | null;
}

@ObjectType({ description: 'What a client has registered now.' })
export class RegisterOperationsPayload extends Payload {
  @Field(() => ClientManifest, {
    nullable: true,
    description: 'All of the client’s operations; null when none are left, or with user errors.',
  })
  manifest?: ClientManifest | null;
}

@Resolver(() => Tenant)
export class RegisteredOperationResolver {
  @FieldResolver(() => [ClientManifest], { description: 'What clients registered with this tenant, by their name. Needs `settings.read`.' })
  @RequiresPermission('settings.read')
  clientManifests(@Root() { id }: Tenant, @Ctx() { registeredOperations }: TenancyContext) {
    return registeredOperations.of(id);
  }

  @Mutation(() => RegisterOperationsPayload, {
    description:
      'Registers operations of a client of the own tenant: it may then send their hashes alone, and with the setting `registeredOperationsOnly` clients may send nothing else. `BAD_USER_INPUT`. Needs `settings.write`.',
  })
  @RequiresPermission('settings.write')
  registerOperations(
    @Arg('input', () => RegisterOperationsInput, { description: 'Whose operations, and which.' }) input: RegisterOperationsInput,
    @Ctx() { registeredOperations }: TenancyContext,
  ) {
    return payload('manifest', () => registeredOperations.register(input));
  }
}
