import { PageArgs, payload, SignedIn } from '@plexica/plugin-kit';
import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { User } from '../user/user.entity.ts';
import { ApiKey } from './api-key.entity.ts';
import {
  ApiKeyConnection,
  ApiKeyFilter,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './api-key.graphql.ts';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Query(() => ApiKeyConnection, {
    description: 'API keys, the newest first: one’s own, or with `users.read` those of others. Secrets are never answered.',
  })
  @SignedIn()
  apiKeys(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ApiKeyFilter, { nullable: true, description: 'Whose keys; one’s own when left out.' }) filter: ApiKeyFilter | null,
    @Ctx() { apiKeys }: IdentityContext,
  ) {
    return apiKeys.page(page, filter ?? {});
  }

  @FieldResolver(() => User, { nullable: true, description: 'Whom it acts for.' })
  user(@Root() { userId }: ApiKey, @Ctx() { loaders }: IdentityContext) {
    return loaders.user.load(userId);
  }

  @Mutation(() => CreateApiKeyPayload, {
    description:
      'Makes an API key for oneself. `PERMISSION_UNKNOWN`, `API_KEY_LIMIT_REACHED`; `FORBIDDEN` to give it what you don’t hold, and to a caller that is an API key itself.',
  })
  @SignedIn()
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The key to make.' }) input: CreateApiKeyInput,
    @Ctx() { apiKeys }: IdentityContext,
  ) {
    return payload(['apiKey', 'secret'], () => apiKeys.create(input));
  }

  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Ends an API key for good: one’s own, or with `users.write` anybody’s. Twice is once. `API_KEY_NOT_FOUND`.',
  })
  @SignedIn()
  revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'Which key.' }) input: RevokeApiKeyInput,
    @Ctx() { apiKeys }: IdentityContext,
  ) {
    return payload('apiKey', () => apiKeys.revoke(input));
  }
}
