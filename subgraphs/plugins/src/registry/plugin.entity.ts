import { defineEntity, OptionalProps, p } from '@mikro-orm/postgresql';
import type { PluginManifest } from '@plexica/plugin-kit';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';

export const PluginStatus = { DRAFT: 'DRAFT', PUBLISHED: 'PUBLISHED', DEPRECATED: 'DEPRECATED' } as const;
export type PluginStatus = keyof typeof PluginStatus;
registerEnumType(PluginStatus, {
  name: 'PluginStatus',
  description: 'Where a plugin stands in the catalogue.',
  valuesConfig: {
    DRAFT: { description: 'No version was approved yet; tenants do not see it.' },
    PUBLISHED: { description: 'Tenants can install it.' },
    DEPRECATED: { description: 'No new installations; those that exist go on working.' },
  },
});

/** A plugin in the catalogue. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A plugin in the catalogue: a subgraph, hooks and UI that a tenant can install.' })
export class Plugin {
  declare [OptionalProps]?: 'createdAt' | 'author' | 'category' | 'icon';

  @Field(() => ID, { description: 'Chosen by its author, such as `crm`; prefixes everything it adds to a supergraph.' })
  id!: string;

  @Field(() => String, { description: 'What people call the plugin, from its newest manifest.' })
  name!: string;

  @Field(() => String, { description: 'What it does for a tenant, in a sentence or two.' })
  description!: string;

  @Field(() => String, { nullable: true, description: 'Who wrote and maintains it, as the manifest says.' })
  author?: string | null;

  @Field(() => String, { nullable: true, description: 'A word to find it by in the catalogue, such as `sales`.' })
  category?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of a bundled icon that stands for it; null for a neutral one.' })
  icon?: string | null;

  @Field(() => PluginStatus, { description: 'Whether tenants can install it.' })
  status!: PluginStatus;

  @Field(() => String, { description: 'The highest published version, semver; of a plugin without one, the first that was handed in.' })
  latestVersion!: string;

  createdAt!: Date;
}

export const ReviewStatus = {
  DRAFT: 'DRAFT',
  IN_REVIEW: 'IN_REVIEW',
  APPROVED: 'APPROVED',
  REJECTED: 'REJECTED',
  PUBLISHED: 'PUBLISHED',
  DEPRECATED: 'DEPRECATED',
} as const;
export type ReviewStatus = keyof typeof ReviewStatus;
registerEnumType(ReviewStatus, {
  name: 'ReviewStatus',
  description: 'How far a version is on its way to tenants.',
  valuesConfig: {
    DRAFT: { description: 'Sent by a publisher, not submitted yet.' },
    IN_REVIEW: { description: 'Waits for a platform admin.' },
    APPROVED: { description: 'Accepted by a platform admin, about to be published.' },
    REJECTED: { description: 'Refused, with notes for its author.' },
    PUBLISHED: { description: 'Tenants can install it; it never changes again.' },
    DEPRECATED: { description: 'No new installations of this version.' },
  },
});

/** One immutable version. */
export interface PluginVersionRow {
  pluginId: string;
  version: string;
  manifest: PluginManifest;
  sdl: string;
  digest: string;
  uiDigest: string | null;
  /** Subresource integrity of the UI's entry. */
  uiIntegrity: string | null;
  status: ReviewStatus;
  checks: { code: string; severity: string; place: string; hint: string }[];
  reviewNotes: string | null;
  submittedAt: Date | null;
  publishedAt: Date | null;
}

export const PluginEntity = defineEntity({
  class: Plugin,
  tableName: 'plugin',
  schema: 'plexica',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    description: p.text(),
    author: p.text().nullable(),
    category: p.text().nullable(),
    icon: p.text().nullable(),
    status: p.text().$type<PluginStatus>(),
    latestVersion: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

export const PluginVersionEntity = defineEntity({
  name: 'PluginVersionRow',
  tableName: 'plugin_version',
  schema: 'plexica',
  properties: {
    pluginId: p.text().primary(),
    version: p.text().primary(),
    manifest: p.json<PluginManifest>(),
    sdl: p.text(),
    digest: p.text(),
    uiDigest: p.text().nullable(),
    uiIntegrity: p.text().nullable(),
    status: p.text().$type<ReviewStatus>(),
    checks: p.json<PluginVersionRow['checks']>(),
    reviewNotes: p.text().nullable(),
    submittedAt: p.datetime().nullable(),
    publishedAt: p.datetime().nullable(),
  },
});
