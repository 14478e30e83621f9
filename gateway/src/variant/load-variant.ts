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
import { type Requirements, readRequirements } from '../authorization/requirements.ts';
import type { SupergraphRecord } from '../directory/directory.ts';
import { maxTokens } from '../limits/operation-limits.ts';
import { createSupergraph, type Supergraph } from '../plan/supergraph.ts';
import { graphqlOverHttp, inRegisteredWords } from './graphql-over-http.ts';

type GatewayInterface = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['gateway']>;

type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

/** Called by Apollo Server once an operation is parsed and valid. */
export type VariantExecutor<Context> = (
  request: Omit<Parameters<GatewayExecutor>[0], 'context'> & { readonly context: Context },
) => ReturnType<GatewayExecutor>;

/** One plugin set as this process serves it: schemas, plans, who may see what, and the HTTP semantics around it. */
export interface Variant<Context extends BaseContext = BaseContext> {
  readonly hash: string;
  readonly supergraph: Supergraph;
  readonly requirements: Requirements;
  readonly authorize: Authorize;
  readonly server: ApolloServer<Context>;
}

/** Refuses a supergraph with security features that nobody here enforces. */
export const loadVariant = async <Context extends BaseContext>(
  { hash, sdl }: SupergraphRecord,
  { executor, log }: { readonly executor: VariantExecutor<Context>; readonly log: Logger },
): Promise<Variant<Context>> => {
  const supergraph = createSupergraph(sdl);
  const requirements = readRequirements(supergraph.schema);
  const server = new ApolloServer<Context>({
    gateway: gatewayOf(supergraph, executor as VariantExecutor<BaseContext>),
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

const gatewayOf = ({ apiSchema, sdl }: Supergraph, executor: VariantExecutor<BaseContext>): GatewayInterface => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema, coreSupergraphSdl: sdl });
    return () => {};
  },
  load: async () => ({ executor: executor as never }),
  stop: async () => {},
});
