import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Admitted, RequestContext } from '../request.ts';

/** "Did you mean" tells names of the schema. Who may not look at it isn't told. */
export const maySuggest = ({ principal }: Pick<Admitted, 'principal'>): boolean => principal.kind === 'signed-in';

const suggestion = / Did you mean .*\?$/s;

export const withoutSuggestion = ({ message, nodes, source, positions, extensions }: GraphQLError): GraphQLError =>
  new GraphQLError(message.replace(suggestion, ''), { nodes, source, positions, extensions });

/** The same for what Apollo Server validates. */
export const suggestToUsersOnly = (): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async ({ contextValue }) => ({
    validationDidStart: async () => async (errors) => {
      if (maySuggest(contextValue.admitted)) return;
      for (const error of errors ?? []) error.message = error.message.replace(suggestion, '');
    },
  }),
});
