import { z } from 'zod';
import type { HookHandler } from '../hooks/hook-handlers.ts';
import { deliveryMigration } from '../runtime/delivery-ledger.ts';
import { createSubgraph, type DecoratedClass, type ReferenceResolver, type SubgraphOptions } from '../subgraph/create-subgraph.ts';
import type { Subgraph, SubgraphCall } from '../subgraph/subgraph.ts';
import { type PluginManifest, pluginManifest } from './manifest.ts';
import type { PluginContext } from './plugin-context.ts';

type Described = Pick<PluginManifest, 'id' | 'name' | 'version' | 'description'> &
  Partial<
    Pick<PluginManifest, 'author' | 'license' | 'icon' | 'category' | 'homepage' | 'requires' | 'scopes' | 'permissions' | 'migrations'>
  > & {
    /** What its components ask is found by their build. */
    readonly ui?: Omit<NonNullable<PluginManifest['ui']>, 'operations'>;
  };

/** What an author writes; everything that can be derived is derived from it. */
export interface PluginDefinition<Config extends z.ZodObject> extends Described {
  /** Becomes the admin's form, with its defaults and rules; mark secrets with `secret()`. */
  readonly configuration?: Config;
  readonly resolvers: readonly DecoratedClass[];
  readonly orphanedTypes?: readonly DecoratedClass[];
  readonly references?: Readonly<Record<string, ReferenceResolver<PluginContext<z.infer<Config>>>>>;
  /** Tables of the plugin's own schema, from `defineEntity`; no schema named. */
  readonly entities?: readonly object[];
  readonly hooks?: readonly HookHandler[];
}

/** Where its subgraph tells what happens. */
export type Telling = Pick<SubgraphOptions<PluginContext>, 'report' | 'tracer'>;

/** A plugin, ready to be published and served. */
export interface Plugin {
  readonly manifest: PluginManifest;
  readonly sdl: string;
  readonly hooks: readonly HookHandler[];
  readonly entities: readonly object[];
  /** Its subgraph, given where the context of a call comes from. */
  subgraph(context: (call: SubgraphCall) => Promise<PluginContext>, telling?: Telling): Subgraph;
}

/** Defines a plugin. Fails at once when the manifest that follows from it is not valid. */
export const definePlugin = <Config extends z.ZodObject = z.ZodObject>(definition: PluginDefinition<Config>): Plugin => {
  const { configuration, resolvers, orphanedTypes, references, entities = [], hooks = [], migrations = [], ...described } = definition;
  const subgraph: Plugin['subgraph'] = (context, telling) =>
    createSubgraph<PluginContext>({
      name: described.id,
      resolvers,
      orphanedTypes,
      references: references as Record<string, ReferenceResolver<PluginContext>>,
      context,
      ...telling,
    });
  const keepsDeliveries = migrations.length > 0 && hooks.some(({ kind }) => kind === 'action');
  return {
    manifest: pluginManifest.parse({
      ...described,
      ...(configuration && { configuration: z.toJSONSchema(configuration, { io: 'input' }) }),
      hooks: hooks.map(({ kind, hook, options }) => ({ kind, hook, ...options })),
      migrations: [...(keepsDeliveries ? [deliveryMigration] : []), ...migrations],
    }),
    sdl: subgraph(async () => ({}) as PluginContext).sdl,
    hooks,
    entities,
    subgraph,
  };
};

/** A configuration value that admins write and never read back. */
export const secret = () => z.string().min(1).meta({ writeOnly: true });
