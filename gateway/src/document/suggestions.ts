import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../request.ts';

const suggestion = / Did you mean .*\?$/s;

/** Of a document, or of the values of its variables. */
export const withoutSuggestion = (error: GraphQLError): GraphQLError => {
  if (!suggestion.test(error.message)) return error;
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message.replace(suggestion, ''), { nodes, source, positions, path, originalError, extensions });
};

/** "Did you mean" tells names of the schema: who may not look at it isn't told, here by Apollo Server. */
export const suggestToViewers = (): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async ({ contextValue }) => ({
    validationDidStart: async () => async (errors) => {
      if (contextValue.admitted.seesSchema) return;
      for (const error of errors ?? []) error.message = error.message.replace(suggestion, '');
    },
  }),
});
