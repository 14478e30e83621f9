import { DateTime, PageInfo, Payload } from '@plexica/plugin-kit';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ApiKey } from './api-key.entity.ts';

@InputType({ description: 'Whose API keys a list shows. Left out: one’s own that still count.' })
export class ApiKeyFilter {
  @Field(() => ID, { nullable: true, description: 'Keys of this user; of somebody else with `users.read`.' })
  userId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Keys of everybody in the tenant; needs `users.read`.' })
  everybody?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Revoked and expired ones too.' })
  ended?: boolean | null;
}

@InputType({ description: 'An API key to be made.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What it is for, 1 to 60 characters.' })
  name!: string;

  @Field(() => [String], {
    description: 'What it may do: permissions such as `users.read`, or wildcards such as `users.*`; you must hold each yourself.',
  })
  permissions!: string[];

  @Field(() => DateTime, { nullable: true, description: 'In the future, from when on it is refused; never when left out.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'Names an API key of oneself, or with `users.write` of anybody in the tenant.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: 'The id in `apiKeys`; `API_KEY_NOT_FOUND` for an unknown one.' })
  id!: string;
}

@ObjectType({ description: 'An API key in a list.' })
export class ApiKeyEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => ApiKey, { description: 'The API key at this place.' })
  node!: ApiKey;
}

@ObjectType({ description: 'One page of API keys.' })
export class ApiKeyConnection {
  @Field(() => [ApiKeyEdge], { description: 'The keys of this page, the newest first.' })
  edges!: ApiKeyEdge[];

  @Field(() => PageInfo, { description: 'Where this page stands in the whole list.' })
  pageInfo!: PageInfo;
}

@ObjectType({ description: 'A new API key, with its secret.' })
export class CreateApiKeyPayload extends Payload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when there are user errors.' })
  apiKey?: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sent as `Authorization: Bearer …`. Shown this once and kept nowhere; null when there are user errors.',
  })
  secret?: string | null;
}

@ObjectType({ description: 'The outcome of `revokeApiKey`; the key counts nowhere any more within five seconds.' })
export class RevokeApiKeyPayload extends Payload {
  @Field(() => ApiKey, { nullable: true, description: 'The revoked key; null when there are user errors.' })
  apiKey?: ApiKey | null;
}
