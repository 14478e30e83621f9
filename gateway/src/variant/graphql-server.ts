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
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { ownRules } from '../document/own-rules.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { graphqlOverHttp } from './graphql-over-http.ts';
import { createKnownTexts } from './known-texts.ts';
import { runningAtOnce } from './running-at-once.ts';

type Options = ApolloServerOptionsWithGateway<BaseContext>;
type TextCache = NonNullable<Exclude<Options['persistedQueries'], false | undefined>['cache']>;
type GatewayInterface = NonNullable<Options['gateway']>;

/** A document that is parsed and valid. Which of its operations is meant the request alone says. */
export interface AskedDocument<Context extends BaseContext> {
  readonly document: DocumentNode;
  /** SHA-256 of its text. */
  readonly queryHash: string;
  readonly request: Pick<GraphQLRequest, 'operationName' | 'variables' | 'extensions'>;
  readonly context: Context;
}

export type GraphqlExecutor<Context extends BaseContext> = (asked: AskedDocument<Context>) => Promise<ExecutionResult>;

export interface GraphqlServerOptions<Context extends BaseContext> {
  readonly supergraph: Supergraph;
  readonly executor: GraphqlExecutor<Context>;
  readonly log: Logger;
  readonly plugins?: readonly ApolloServerPlugin<Context>[];
  readonly formatError?: Options['formatError'];
  readonly maxTokens?: number;
  /** Where texts that clients sent before are found by their hash; none are kept without it. */
  readonly persisted?: TextCache;
}

/** GraphQL over HTTP, of one supergraph. */
export interface GraphqlServer<Context extends BaseContext> {
  answer(request: HTTPGraphQLRequest, context: Context): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

/** Apollo Server for HTTP semantics, parsing and validation of one supergraph; executing is up to `executor`. */
export const startGraphqlServer = async <Context extends BaseContext>(
  options: GraphqlServerOptions<Context>,
): Promise<GraphqlServer<Context>> => {
  const { supergraph, log, plugins = [], formatError, maxTokens, persisted } = options;
  const { executor, answerAtOnce, run } = runningAtOnce(options.executor);
  const texts = createKnownTexts<Context>();
  const apollo = new ApolloServer<Context>({
    gateway: gatewayOf(supergraph, executor),
    introspection: true,
    csrfPrevention: true,
    validationRules: ownRules,
    persistedQueries: persisted ? { cache: persisted } : false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    stringifyResult: stringify,
    ...(maxTokens && { parseOptions: { maxTokens } }),
    ...(formatError && { formatError }),
    logger: log,
    plugins: [
      graphqlOverHttp(),
      texts.learn,
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
      const known = texts.find(request);
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
