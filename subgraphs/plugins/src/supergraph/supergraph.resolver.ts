import { DateTime, SameForEveryone, ShowsState, SignedIn } from '@plexica/plugin-kit';
import { printSchema } from 'graphql';
import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { PluginsContext } from '../context.ts';
import { PluginInstallation } from '../installation/installation.entity.ts';
import { currentThenChanges } from '../stream/current-then-changes.ts';
import { apiSchemaOf } from './api-schema.ts';

@ObjectType({ description: 'One subgraph of a tenant’s supergraph.' })
export class SubgraphInfo {
  @Field(() => String, { description: 'Its name; a plugin’s subgraph bears the id of the plugin.' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'The plugin it belongs to; null for the core.' })
  pluginId?: string | null;
}

@ObjectType({ description: 'The supergraph that a tenant has right now: the core and its active plugins.' })
export class TenantSupergraph {
  @Field(() => String, { description: 'Content hash of the plugin set; tenants with equal sets share it.' })
  hash!: string;

  @Field(() => [SubgraphInfo], { description: 'What it is composed of, the core first.' })
  subgraphs!: SubgraphInfo[];

  @Field(() => DateTime, { description: 'When the tenant last switched to another set.' })
  switchedAt!: Date;

  composed!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A customer of the platform, extended by its plugins and its supergraph.' })
export class Tenant {
  @Field(() => ID, { description: 'The same as in the subgraph that owns tenants.' })
  id!: string;
}

@Resolver(() => TenantSupergraph)
export class SupergraphResolver {
  @FieldResolver(() => String, {
    description: 'The API schema of this tenant as SDL: what its clients see. `FORBIDDEN` for whom introspection is off.',
  })
  // The gateway takes it for introspection.
  @Directive('@tag(name: "tells-schema")')
  sdl(@Root() { composed }: TenantSupergraph): string {
    return printSchema(apiSchemaOf(composed));
  }

  @Subscription(() => TenantSupergraph, {
    description: 'The supergraph of the caller’s tenant as it is now, then after each switch. Never ends by a switch. Needs sign-in.',
    subscribe: ({ context }) => (context as PluginsContext).supergraphChanges(),
  })
  @SignedIn()
  @ShowsState()
  @SameForEveryone()
  supergraphChanged(@Root() supergraph: TenantSupergraph): TenantSupergraph {
    return supergraph;
  }
}

@Resolver(() => Tenant)
export class TenantPluginsResolver {
  @FieldResolver(() => [PluginInstallation], { description: 'All plugins installed in this tenant, oldest first.' })
  @SignedIn()
  installations(@Root() { id }: Tenant, @Ctx() { installations }: PluginsContext) {
    return installations.all(id);
  }

  @FieldResolver(() => TenantSupergraph, { description: 'What this tenant’s API is composed of right now.' })
  @SignedIn()
  supergraph(@Root() { id }: Tenant, @Ctx() context: PluginsContext) {
    return supergraphOf(context, id);
  }
}

export const supergraphOf = async (
  { tenantSets, deps }: Pick<PluginsContext, 'tenantSets' | 'deps'>,
  tenantId: string | null,
): Promise<TenantSupergraph> => {
  const record = await (tenantId ? tenantSets.recordFor({ id: tenantId }) : tenantSets.platformRecord());
  const set = await tenantSets.supergraph(record.supergraph);
  const core = new Set(deps.core().map(({ name }) => name));
  return {
    hash: record.supergraph,
    switchedAt: new Date(record.switchedAt),
    subgraphs: (set?.subgraphs ?? []).map((name) => ({ name, pluginId: core.has(name) ? null : name })),
    composed: set?.sdl ?? '',
  };
};

/** The stream behind `supergraphChanged`. */
export const supergraphChanges = (context: Pick<PluginsContext, 'tenantSets' | 'deps' | 'call'>): AsyncIterable<TenantSupergraph> => {
  const tenantId = context.call.claims.tenant?.id ?? null;
  const now = async () => [await supergraphOf(context, tenantId)];
  return currentThenChanges(context.deps.pubsub.subscribe(`supergraph.${tenantId ?? 'platform'}`), now, now);
};
