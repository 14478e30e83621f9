import { PageInfo, Payload } from '@plexica/plugin-kit';
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Plugin } from '../registry/plugin.entity.ts';
import { PluginVersion } from '../registry/plugin.types.ts';

export const SchemaChangeKind = { ADDED: 'ADDED', REMOVED: 'REMOVED', CHANGED: 'CHANGED' } as const;
registerEnumType(SchemaChangeKind, {
  name: 'SchemaChangeKind',
  description: 'What became of an element of a schema from one version to the next.',
  valuesConfig: {
    ADDED: { description: 'There was none of this name before.' },
    REMOVED: { description: 'Operations that use it fail from then on.' },
    CHANGED: { description: 'Its type, arguments, members or directives are others.' },
  },
});

@ObjectType({ description: 'One element of a schema that a version adds, takes away or changes.' })
export class SchemaChange {
  @Field(() => SchemaChangeKind, { description: 'Whether the element is new, gone or different.' })
  kind!: keyof typeof SchemaChangeKind;

  @Field(() => String, { description: 'Where it stands, such as `User.email` or `UserStatus.ACTIVE`.' })
  coordinate!: string;

  @Field(() => String, { nullable: true, description: 'As the published version below wrote it; null for what is new.' })
  before?: string | null;

  @Field(() => String, { nullable: true, description: 'As this version writes it; null for what is gone.' })
  after?: string | null;
}

@ObjectType({ description: 'One version in a page of a list.' })
export class PluginVersionEdge {
  @Field(() => String, { description: 'Where this version stands in the list, for `after`.' })
  cursor!: string;

  @Field(() => PluginVersion, { description: 'The version at this place.' })
  node!: PluginVersion;
}

@ObjectType({ description: 'A page of versions, by plugin and version.' })
export class PluginVersionConnection {
  @Field(() => [PluginVersionEdge], { description: 'The versions of this page, in order.' })
  edges!: PluginVersionEdge[];

  @Field(() => PageInfo, { description: 'Whether more follow, and from where.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many versions the whole list has, all pages together.' })
  totalCount!: number;
}

@InputType({ description: 'Names a version on its way to tenants.' })
abstract class ReviewInput {
  @Field(() => ID, { description: 'The plugin; `PLUGIN_NOT_FOUND` when there is none.' })
  pluginId!: string;

  @Field(() => String, { description: 'Semver number; `REVIEW_STATUS_WRONG` where it does not stand where this step begins.' })
  version!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Digest of the content that was looked at; `VERSION_CONFLICT` where another was handed in since.',
  })
  digest?: string | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A draft to be reviewed.' })
export class SubmitPluginVersionInput extends ReviewInput {}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A version in review to be published.' })
export class ApprovePluginVersionInput extends ReviewInput {
  @Field(() => String, { nullable: true, description: 'A word to its author; the one of an earlier review goes either way.' })
  reviewNotes?: string | null;
}

@Directive('@tag(name: "platform")')
@InputType({ description: 'A version in review to be sent back.' })
export class RejectPluginVersionInput extends ReviewInput {
  @Field(() => String, { description: 'What its author should change; may not be empty.' })
  reviewNotes!: string;
}

@ObjectType({ description: 'Outcome of a step of a review.' })
abstract class ReviewPayload extends Payload {
  @Field(() => Plugin, { nullable: true, description: 'The plugin as it stands now; null on user errors.' })
  plugin?: Plugin | null;

  @Field(() => PluginVersion, { nullable: true, description: 'The version as it stands now; null on user errors.' })
  pluginVersion?: PluginVersion | null;
}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of submitting a draft.' })
export class SubmitPluginVersionPayload extends ReviewPayload {}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of approving; the version is published.' })
export class ApprovePluginVersionPayload extends ReviewPayload {}

@Directive('@tag(name: "platform")')
@ObjectType({ description: 'Outcome of rejecting; another content may be handed in under the same number.' })
export class RejectPluginVersionPayload extends ReviewPayload {}
