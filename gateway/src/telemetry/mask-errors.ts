import { errorRegistry, isErrorCode } from '@plexica/schema';
import { GraphQLError } from 'graphql';

/** Registered codes are for clients; anything else is reported, and told as INTERNAL_SERVER_ERROR with the request id. */
export const maskErrors = (errors: readonly GraphQLError[], report: (error: GraphQLError) => void, requestId: string): GraphQLError[] =>
  errors.map((error) => {
    const code = String(error.extensions?.code ?? '');
    if (isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return error;
    // A plugin's own codes travel too; what has none was not meant for anybody.
    if (code && code !== 'INTERNAL_SERVER_ERROR' && typeof error.extensions.service === 'string') return error;
    report(error);
    return new GraphQLError(errorRegistry.INTERNAL_SERVER_ERROR.en, {
      path: error.path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    });
  });
