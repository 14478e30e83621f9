import { errorRegistry, isErrorCode } from '@plexica/schema';
import { GraphQLError } from 'graphql';

/**
 * Registered codes are for clients; anything else is reported, and told as INTERNAL_SERVER_ERROR with the request id.
 * Of a subgraph's extensions nothing travels that would speak to HTTP or show its code.
 */
export const maskErrors = (
  errors: readonly GraphQLError[],
  requestId: string,
  report: (error: GraphQLError, requestId: string) => void,
): GraphQLError[] =>
  errors.map((error) => {
    const { http: _, stacktrace: __, exception: ___, ...extensions } = error.extensions ?? {};
    const code = typeof extensions.code === 'string' ? extensions.code : '';
    // A plugin's own codes travel too; what has none was not meant for anybody.
    const told = isErrorCode(code) || (code && typeof extensions.service === 'string');
    if (told && code !== 'INTERNAL_SERVER_ERROR') {
      const { nodes, source, positions, path, originalError } = error;
      return new GraphQLError(error.message, { nodes, source, positions, path, originalError, extensions });
    }
    report(error, requestId);
    return new GraphQLError(errorRegistry.INTERNAL_SERVER_ERROR.en, {
      path: error.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    });
  });
