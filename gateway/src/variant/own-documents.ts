import type { ApolloServerPlugin, BaseContext, GraphQLRequest } from '@apollo/server';
import { isErrorCode } from '@plexica/schema';
import { GraphQLError, parse } from 'graphql';
import { InvalidDocument, type ValidDocument } from '../document/documents.ts';
import { withStatus } from '../problem.ts';

export interface OwnDocumentsOptions<Context extends BaseContext> {
  readonly read: (text: string, context: Context) => ValidDocument;
  /** Called with what is valid; may refuse the request. */
  readonly onValid?: (request: GraphQLRequest, hash: string, context: Context) => void;
}

/**
 * Gives Apollo Server documents that were read by the same reader as those of streams, so that it parses and validates nothing. It asks
 * its plugins whether to go on once it has a document: for a text that can't be read it is given another one until then.
 */
export const ownDocuments = <Context extends BaseContext>({
  read,
  onValid,
}: OwnDocumentsOptions<Context>): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => {
    let wrong: readonly unknown[] = [];
    return {
      async didResolveSource(asked) {
        try {
          Object.assign(asked, { document: read(asked.source, asked.contextValue).document });
        } catch (error) {
          wrong = error instanceof InvalidDocument ? error.errors : [error];
          Object.assign(asked, { document: anyDocument });
        }
      },
      async didResolveOperation({ request, queryHash, contextValue }) {
        const [first] = wrong;
        if (first) throw refused(first);
        onValid?.(request, queryHash, contextValue);
      },
      async willSendResponse({ response: { body } }) {
        if (wrong.length < 2 || body.kind !== 'single') return;
        const others = wrong.slice(1).filter((error) => error instanceof GraphQLError);
        body.singleResult.errors = [...(body.singleResult.errors ?? []), ...others.map((error) => error.toJSON())];
      },
    };
  },
});

const anyDocument = parse('{ __typename }', { noLocation: true });

const refused = (error: unknown): unknown => {
  if (!(error instanceof GraphQLError) || error.extensions.http) return error;
  const code = String(error.extensions.code);
  return isErrorCode(code) ? withStatus(error, code) : error;
};
