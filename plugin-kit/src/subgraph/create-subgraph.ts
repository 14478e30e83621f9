import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import type { Tracer } from '@opentelemetry/api';
import { type GraphQLSchema, parse } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { traceCall } from '../telemetry/call-trace.ts';
import { PageInfo, UserError } from './frozen-types.ts';
import { asGraphQLError, guardedResolvers } from './guarded-resolvers.ts';
import { DateTime } from './scalars.ts';
import type { Subgraph, SubgraphCall, SubgraphContext } from './subgraph.ts';

/** A class that type-graphql decorators have described. */
// biome-ignore lint/complexity/noBannedTypes: type-graphql takes classes as Function
export type DecoratedClass = Function;

/** What makes a subgraph, of the core or of a plugin. */
export interface SubgraphOptions<Context extends object> {
  /** The name in the supergraph; plugins use their id. */
  readonly name: string;
  readonly resolvers: readonly DecoratedClass[];
  /** Entities that no root field reaches. */
  readonly orphanedTypes?: readonly DecoratedClass[];
  /** Tags of enums by type name, such as `{ TenantOrderField: 'platform' }`: type-graphql has no decorator for them. */
  readonly enumTags?: Readonly<Record<string, string>>;
  /** `__resolveReference` by type name. */
  readonly references?: Readonly<Record<string, ReferenceResolver<Context>>>;
  /** What resolvers find in their context beside `call`; made once per request. */
  context(call: SubgraphCall): Context | Promise<Context>;
  /** After the answer, or the end of the stream. */
  release?(context: Context & SubgraphContext): Promise<void>;
  /** Where calls are traced; nothing is without it. */
  readonly tracer?: Tracer;
  /** Errors that nobody foresaw; for the log. */
  report?(error: unknown, call: SubgraphCall): void;
}

// biome-ignore lint/suspicious/noExplicitAny: a reference is the key fields of its entity, which only the resolver knows
export type ReferenceResolver<Context> = (reference: any, context: Context & SubgraphContext) => unknown;

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@tag", "@inaccessible",
  "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"
])`;

// type-graphql cannot describe the root types.
const describeRoots = (sdl: string): string =>
  sdl.replace(
    /^type (Query|Mutation|Subscription)\b/gm,
    (line, root: keyof typeof rootDescriptions) => `"""${rootDescriptions[root]}"""\n${line}`,
  );

const rootDescriptions = {
  Query: 'What a caller can read. Each field says who may ask for it.',
  Mutation: 'What a caller can change, one field after the other. What can be put right comes back as `userErrors`.',
  Subscription: 'What a caller can watch as it happens, over WebSocket or server-sent events. One field at a time.',
};

// Subscriptions name their own stream (`subscribe:`): type-graphql's topics would be a second way to the same thing.
const ownStreamsOnly = {
  publish: () => {},
  subscribe: (): never => {
    throw new Error('A subscription names its stream with `subscribe`.');
  },
};

/** Builds a federation subgraph from type-graphql resolvers. The core subgraphs and every plugin are made by this. */
export const createSubgraph = <Context extends object>(options: SubgraphOptions<Context>): Subgraph => {
  const { name, report = () => {} } = options;
  const source = buildSchemaSync({
    resolvers: options.resolvers as unknown as NonEmptyArray<DecoratedClass>,
    orphanedTypes: [UserError, PageInfo, ...(options.orphanedTypes ?? [])],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    pubSub: ownStreamsOnly,
    validate: false,
    skipCheck: true,
  });
  for (const [type, tag] of Object.entries(options.enumTags ?? {})) {
    Object.assign(source.getType(type)?.extensions ?? {}, { directives: { tag: { name: tag } } });
  }
  const sdl = `${link}\n\n${describeRoots(printSchemaWithDirectives(source, { assumeValid: true }))}\n`;
  const resolvers = guardedResolvers(source, report);
  for (const [type, resolve] of Object.entries(options.references ?? {})) {
    resolvers[type] = {
      ...resolvers[type],
      __resolveReference: (reference: object, context: Context & SubgraphContext) =>
        guardReference(type, reference, () => resolve(reference, context), context, report),
    };
  }
  const contextFor = async (call: SubgraphCall): Promise<SubgraphContext> => {
    const context = { ...(await options.context(call)), call } as Context & SubgraphContext;
    return Object.assign(context, { release: async () => options.release?.(context) });
  };
  return {
    name,
    sdl,
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]) as GraphQLSchema,
    contextFor: options.tracer ? tracedBy(options.tracer, name, contextFor) : contextFor,
  };
};

// Every way to a subgraph begins with its context and ends with its release.
const tracedBy =
  (tracer: Tracer, name: string, contextFor: Subgraph['contextFor']): Subgraph['contextFor'] =>
  async (call) => {
    const traced = traceCall(tracer, name, call);
    try {
      const context = await contextFor(traced.call);
      traced.resolving();
      return Object.assign(context, { release: releaseThen(context, traced.ended) });
    } catch (error) {
      traced.failed();
      throw error;
    }
  };

const releaseThen =
  ({ release }: SubgraphContext, ended: () => void) =>
  async () => {
    try {
      await release?.();
    } finally {
      ended();
    }
  };

const guardReference = async (
  type: string,
  reference: object,
  resolve: () => unknown,
  { call }: SubgraphContext,
  report: NonNullable<SubgraphOptions<object>['report']>,
) => {
  if (isOfAnotherTenant(type, reference, call)) return null;
  try {
    return await resolve();
  } catch (error) {
    throw asGraphQLError(error, call, report);
  }
};

// A tenant's request may refer to that tenant alone, whatever id it brings: no resolver gets to see another one.
const isOfAnotherTenant = (type: string, reference: object, { claims }: SubgraphCall): boolean =>
  type === 'Tenant' && claims.tenant !== null && (reference as { id?: unknown }).id !== claims.tenant.id;
