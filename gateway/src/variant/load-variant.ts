import { ApolloServer, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { type Authorize, createAuthorize } from '../authorization/authorize.ts';
import { refuseRenamedGuards } from '../authorization/guard-names.ts';
import { type Requirements, readRequirements } from '../authorization/requirements.ts';
import type { SupergraphRecord } from '../directory/directory.ts';
import { suggestToUsersOnly } from '../document/suggestions.ts';
import { maxTokens } from '../limits/operation-limits.ts';
import { createSupergraph, type Supergraph } from '../plan/supergraph.ts';
import type { RequestContext } from '../request.ts';
import { graphqlOverHttp, inRegisteredWords } from './graphql-over-http.ts';

type GatewayInterface = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['gateway']>;

type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

/** Called by Apollo Server once an operation is parsed and valid. */
export type VariantExecutor = (
  request: Omit<Parameters<GatewayExecutor>[0], 'context'> & { readonly context: RequestContext },
) => ReturnType<GatewayExecutor>;

/** One plugin set as this process serves it: schemas, plans, who may see what, and the HTTP semantics around it. */
export interface Variant {
  readonly hash: string;
  readonly supergraph: Supergraph;
  readonly requirements: Requirements;
  readonly authorize: Authorize;
  readonly server: ApolloServer<RequestContext>;
}

/** Refuses a supergraph with security features that nobody here enforces. */
export const loadVariant = async (
  { hash, sdl }: SupergraphRecord,
  { executor, log }: { readonly executor: VariantExecutor; readonly log: Logger },
): Promise<Variant> => {
  refuseRenamedGuards(sdl);
  const supergraph = createSupergraph(sdl);
  const requirements = readRequirements(supergraph.schema);
  const server = new ApolloServer<RequestContext>({
    gateway: gatewayOf(supergraph, executor),
    introspection: true,
    csrfPrevention: true,
    persistedQueries: false,
    status400ForVariableCoercionErrors: true,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens },
    formatError: inRegisteredWords,
    logger: log,
    plugins: [
      graphqlOverHttp(),
      suggestToUsersOnly(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return { hash, supergraph, requirements, authorize: createAuthorize(supergraph.apiSchema, requirements), server };
};

const gatewayOf = ({ apiSchema, sdl }: Supergraph, executor: VariantExecutor): GatewayInterface => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema, coreSupergraphSdl: sdl });
    return () => {};
  },
  load: async () => ({ executor: executor as never }),
  stop: async () => {},
});
