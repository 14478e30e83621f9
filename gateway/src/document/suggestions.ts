import { GraphQLError } from 'graphql';

const suggestion = / Did you mean .*\?$/s;

/** Of the values of variables: "Did you mean" tells names of the schema, and who may not look at it isn't told. */
export const withoutSuggestion = (error: GraphQLError): GraphQLError => {
  if (!suggestion.test(error.message)) return error;
  const { message, nodes, source, positions, path, originalError, extensions } = error;
  return new GraphQLError(message.replace(suggestion, ''), { nodes, source, positions, path, originalError, extensions });
};
