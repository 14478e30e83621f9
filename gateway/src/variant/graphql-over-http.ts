import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { isOverLimits } from '../limits/operation-limits.ts';

/** What most clients accept, and get; for anything else Apollo Server looks for the best. */
export const answeredWith: ReadonlyMap<string, string> = new Map([
  ['', 'application/json; charset=utf-8'],
  ['*/*', 'application/json; charset=utf-8'],
  ['application/json', 'application/json; charset=utf-8'],
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json; charset=utf-8'],
  ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
  ['application/graphql-response+json,application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
]);

/** Whether a client knows nothing of the media type of GraphQL, under which a status tells more. */
export const isLegacy = (accept = ''): boolean => !accept.includes('application/graphql-response+json');

/** Under `application/json` a well-formed request is answered with 200, also when its operation is refused; Apollo Server would say 400. */
export const graphqlOverHttp = <Context extends BaseContext>(): ApolloServerPlugin<Context> => ({
  requestDidStart: async ({ request }) => {
    const accept = request.http?.headers.get('accept') ?? '';
    const legacy = isLegacy(accept);
    return {
      async willSendResponse({ response, errors }) {
        const refused = errors?.some(({ extensions }) => wellFormed.has(codeOf({ extensions })));
        if (legacy && refused && response.http.status === 400) response.http.status = 200;
        if (response.body.kind !== 'single') return;
        const contentType = answeredWith.get(accept);
        if (contentType) response.http.headers.set('content-type', contentType);
        if (!isWhollyAway(response.body.singleResult)) return;
        response.http.status = 503;
        response.http.headers.set('retry-after', '2');
      },
    };
  },
});

/** Nothing was answered because something of the platform is away: proxies and clients that know HTTP alone should try again. */
const isWhollyAway = ({
  data,
  errors = [],
}: {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}) =>
  errors.length > 0 &&
  errors.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE') &&
  Object.values(data ?? {}).every((value) => value === null);

/** A subgraph may send anything for a code, also what can't be made a text. */
const codeOf = ({ extensions }: { readonly extensions?: Readonly<Record<string, unknown>> }): string =>
  typeof extensions?.code === 'string' ? extensions.code : '';

const wellFormed = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'COST_EXCEEDED',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** Apollo Server has codes of its own; clients see those of the registry alone. */
export const inRegisteredWords = (error: GraphQLFormattedError): GraphQLFormattedError => {
  const code = registered(codeOf(error), error.message);
  return code ? { ...error, extensions: { ...error.extensions, code } } : overLimits(error);
};

/** What the parser and validation stop at is a limit as well. */
export const overLimits = (error: GraphQLFormattedError): GraphQLFormattedError => {
  const isLimit = codeOf(error).startsWith('GRAPHQL_') && isOverLimits(error.message);
  return isLimit ? { ...error, extensions: { ...error.extensions, code: 'COST_EXCEEDED' } } : error;
};

const aboutHashes = new Set(['provided sha does not match query', 'Unsupported persisted query version']);

const registered = (code: string, message: string): string | undefined => {
  if (code === 'PERSISTED_QUERY_NOT_FOUND') return code;
  if (code === 'BAD_REQUEST' || code === 'OPERATION_RESOLUTION_FAILURE' || code.startsWith('PERSISTED_QUERY_')) return 'BAD_USER_INPUT';
  return aboutHashes.has(message) ? 'BAD_USER_INPUT' : undefined;
};
