import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import type { PersistedQueries } from '../document/persisted-queries.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { graphqlOverHttp } from './graphql-over-http.ts';

type Options = ApolloServerOptionsWithGateway<BaseContext>;
type GatewayInterface = NonNullable<Options['gateway']>;
type GatewayExecutor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>;

/**
 * Called by Apollo Server once a document is parsed and valid. Which of its operations is meant the request alone says: Apollo Server's own
 * word for it is null as well where there is none of that name.
 */
export type GraphqlExecutor<Context extends BaseContext> = (
  request: Omit<Parameters<GatewayExecutor>[0], 'context' | 'operationName'> & { readonly context: Context },
) => ReturnType<GatewayExecutor>;

export interface GraphqlServerOptions<Context extends BaseContext> {
  readonly supergraph: Supergraph;
  readonly executor: GraphqlExecutor<Context>;
  readonly log: Logger;
  readonly plugins?: readonly ApolloServerPlugin<Context>[];
  readonly formatError?: Options['formatError'];
  readonly maxTokens?: number;
  /** Where texts that clients sent before are found by their hash; none are kept without it. */
  readonly persisted?: PersistedQueries;
}

/** Apollo Server for HTTP semantics, parsing and validation of one supergraph; executing is up to `executor`. */
export const startGraphqlServer = async <Context extends BaseContext>(
  options: GraphqlServerOptions<Context>,
): Promise<ApolloServer<Context>> => {
  const { supergraph, executor, log, plugins = [], formatError, maxTokens, persisted } = options;
  const server = new ApolloServer<Context>({
    gateway: gatewayOf(supergraph, executor),
    introspection: true,
    csrfPrevention: true,
    persistedQueries: persisted ? { cache: persisted } : false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    stringifyResult: (result) => JSON.stringify(result),
    ...(maxTokens && { parseOptions: { maxTokens } }),
    ...(formatError && { formatError }),
    logger: log,
    plugins: [
      graphqlOverHttp(),
      ...plugins,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return server;
};

const gatewayOf = <Context extends BaseContext>({ apiSchema, sdl }: Supergraph, executor: GraphqlExecutor<Context>): GatewayInterface => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema, coreSupergraphSdl: sdl });
    return () => {};
  },
  load: async () => ({ executor: executor as never }),
  stop: async () => {},
});
