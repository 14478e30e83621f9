import { DateTime, Json } from '@plexica/plugin-kit';
import { Field, Int, ObjectType } from 'type-graphql';
import { ReviewStatus } from './plugin.entity.ts';

@ObjectType({ description: 'What one automatic check found in a version before it was published.' })
export class CheckResult {
  @Field(() => String, { description: 'The rule that was looked at, such as `NAME_PREFIX`.' })
  code!: string;

  @Field(() => String, { description: '`ERROR` keeps a version from being published, `WARNING` only asks for a second look.' })
  severity!: string;

  @Field(() => String, { description: 'Where in manifest or SDL the finding is, as a path or `Type.field`.' })
  place!: string;

  @Field(() => String, { description: 'How its author can put it right.' })
  hint!: string;
}

@ObjectType({ description: 'One immutable version of a plugin.' })
export class PluginVersion {
  @Field(() => String, { description: 'Semver number; a published one never changes.' })
  version!: string;

  @Field(() => Json, { description: 'All that the plugin says about itself: permissions, scopes, hooks, configuration schema, UI.' })
  manifest!: unknown;

  @Field(() => String, { description: 'Federation SDL that it adds to the supergraph of tenants that activate it.' })
  sdl!: string;

  @Field(() => ReviewStatus, { description: 'How far this version is on its way to tenants.' })
  status!: ReviewStatus;

  @Field(() => String, { description: 'Tells its content apart from any other that was or will be handed in under this number.' })
  digest!: string;

  @Field(() => DateTime, { nullable: true, description: 'Since when it waits for a review, or waited; null where none was asked for.' })
  submittedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When tenants could first install it; null before.' })
  publishedAt?: Date | null;

  @Field(() => [CheckResult], { description: 'Findings of the automatic checks that did not keep it from being published.' })
  checks!: CheckResult[];
}

@ObjectType({ description: 'How widely a plugin is used on this platform. Counts only; never which tenants.' })
export class PluginStats {
  @Field(() => Int, { description: 'Tenants in whose supergraph it is active right now.' })
  activeTenants!: number;

  @Field(() => Int, { description: 'Tenants that have it installed, whether it is active or not.' })
  installations!: number;
}
