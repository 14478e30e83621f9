import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequest,
  HeaderMap,
  type HTTPGraphQLRequest,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { ValidDocument } from '../document/documents.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { graphqlOverHttp } from './graphql-over-http.ts';
import { findKnown } from './known-texts.ts';
import { type OwnDocumentsOptions, ownDocuments } from './own-documents.ts';
import { runningAtOnce } from './running-at-once.ts';

type Options = ApolloServerOptionsWithGateway<BaseContext>;
type TextCache = NonNullable<Exclude<Options['persistedQueries'], false | undefined>['cache']>;
type GatewayInterface = NonNullable<Options['gateway']>;

/** A valid document, and which of its operations is meant. */
export interface AskedDocument<Context extends BaseContext> extends ValidDocument {
  readonly request: Pick<GraphQLRequest, 'operationName' | 'variables' | 'extensions'>;
  readonly context: Context;
}

export type GraphqlExecutor<Context extends BaseContext> = (asked: AskedDocument<Context>) => Promise<ExecutionResult>;

export interface GraphqlServerOptions<Context extends BaseContext> extends OwnDocumentsOptions<Context> {
  /** Of a text that was read before. */
  readonly known: (text: string) => ValidDocument | undefined;
  readonly supergraph: Supergraph;
  readonly executor: GraphqlExecutor<Context>;
  readonly log: Logger;
  readonly plugins?: readonly ApolloServerPlugin<Context>[];
  readonly formatError?: Options['formatError'];
  /** Where texts that clients sent before are found by their hash; none are kept without it. */
  readonly persisted?: TextCache;
}

/** GraphQL over HTTP, of one supergraph. */
export interface GraphqlServer<Context extends BaseContext> {
  answer(request: HTTPGraphQLRequest, context: Context): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

/** Apollo Server for HTTP semantics; what texts say is up to `read`, and executing them to `executor`. */
export const startGraphqlServer = async <Context extends BaseContext>(
  options: GraphqlServerOptions<Context>,
): Promise<GraphqlServer<Context>> => {
  const { supergraph, known: knownText, log, plugins = [], formatError, persisted } = options;
  const { executor, answerAtOnce, run } = runningAtOnce(options.executor);
  const apollo = new ApolloServer<Context>({
    gateway: gatewayOf(supergraph, executor),
    introspection: true,
    csrfPrevention: true,
    documentStore: null,
    persistedQueries: persisted ? { cache: persisted } : false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    stringifyResult: stringify,
    ...(formatError && { formatError }),
    logger: log,
    plugins: [
      graphqlOverHttp(),
      ownDocuments(options),
      answerAtOnce,
      ...plugins,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();

  return {
    async answer(request, context) {
      const known = findKnown(request, knownText);
      const ran = known && (await run({ ...known, context }));
      if (known && ran?.result) {
        const { data, extensions } = ran.result;
        const headers = new HeaderMap([['content-type', known.contentType]]);
        return { headers, body: { kind: 'complete', string: stringify({ data, extensions }) } };
      }
      return apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => ran?.context ?? context });
    },
    stop: () => apollo.stop(),
  };
};

const stringify = (result: object): string => JSON.stringify(result);

const gatewayOf = <Context extends BaseContext>({ apiSchema, sdl }: Supergraph, executor: GraphqlExecutor<Context>): GatewayInterface => ({
  onSchemaLoadOrUpdate(callback) {
    callback({ apiSchema, coreSupergraphSdl: sdl });
    return () => {};
  },
  load: async () => ({ executor: executor as never }),
  stop: async () => {},
});
