import { GraphQLError, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { createResolversMap } from 'type-graphql';
import { enforce, type Guard } from '../authorization/guards.ts';
import { isDomainError } from '../errors/domain-error.ts';
import type { SubgraphCall, SubgraphContext } from './subgraph.ts';

type Resolver = GraphQLFieldResolver<unknown, SubgraphContext>;
type ReportError = (error: unknown, call: SubgraphCall) => void;
type ResolverMap = Record<string, Record<string, unknown>>;

/** The resolvers of a type-graphql schema, each behind its guard, their errors in the words of the registry. */
export const guardedResolvers = (schema: GraphQLSchema, report: ReportError): ResolverMap => {
  const map = createResolversMap(schema) as ResolverMap;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const guard = field.extensions.guard as Guard | undefined;
      const entry = map[type.name]?.[field.name];
      if (!map[type.name] || !entry) continue;
      Object.assign(map[type.name] as object, { [field.name]: guardField(entry, guard, report) });
    }
  }
  return map;
};

const guardField = (entry: unknown, guard: Guard | undefined, report: ReportError): unknown => {
  if (typeof entry === 'function') return guardResolver(entry as Resolver, guard, report);
  const { subscribe, resolve } = entry as { subscribe: Resolver; resolve?: Resolver };
  return { subscribe: guardResolver(subscribe, guard, report), resolve: resolve && guardResolver(resolve, undefined, report) };
};

const guardResolver =
  (resolve: Resolver, guard: Guard | undefined, report: ReportError): Resolver =>
  async (source, args, context, info) => {
    try {
      if (guard) enforce(guard, context.call.claims);
      return await resolve(source, args, context, info);
    } catch (error) {
      throw asGraphQLError(error, context.call, report);
    }
  };

/** Registered codes travel; anything unforeseen is reported and answered as INTERNAL_SERVER_ERROR with the request id. */
export const asGraphQLError = (error: unknown, call: SubgraphCall, report: ReportError): unknown => {
  if (isDomainError(error)) return new GraphQLError(error.message, { extensions: { code: error.code } });
  if (error instanceof GraphQLError) return error;
  report(error, call);
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: call.requestId },
  });
};
