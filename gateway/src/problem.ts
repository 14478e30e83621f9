import { type ErrorCode, errorRegistry } from '@plexica/schema';
import { GraphQLError } from 'graphql';

/** A refusal in the words of the registry. `status` is what HTTP says when the whole request ends here. */
export class Refusal extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, options: { readonly message?: string; readonly retryAfterSeconds?: number } = {}) {
    const http = { status: statusOf[code] ?? 200, headers: new Map<string, string>() };
    if (options.retryAfterSeconds) http.headers.set('retry-after', String(options.retryAfterSeconds));
    super(options.message ?? errorRegistry[code].en, { extensions: { code, http } });
    this.code = code;
  }
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TENANT_NOT_FOUND: 404,
  TENANT_SUSPENDED: 403,
  TENANT_NOT_READY: 409,
  PAYLOAD_TOO_LARGE: 413,
  REQUEST_TIMEOUT: 408,
  RATE_LIMITED: 429,
  COST_EXCEEDED: 400,
  BAD_USER_INPUT: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  SERVICE_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
};

export interface HttpProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly errors: readonly object[] };
}

/** A refusal as a whole HTTP answer. */
export const asHttpProblem = (error: GraphQLError): HttpProblem => {
  const { http, ...extensions } = error.extensions as { http?: { status?: number; headers?: Map<string, string> }; code?: string };
  return {
    status: http?.status ?? 500,
    headers: Object.fromEntries(http?.headers ?? []),
    body: { errors: [{ message: error.message, extensions }] },
  };
};

/** The same error without what only HTTP needs to know. */
export const forClients = (error: GraphQLError): GraphQLError => {
  const { http: _, ...extensions } = error.extensions;
  const { nodes, source, positions, path, originalError } = error;
  return new GraphQLError(error.message, { nodes, source, positions, path, originalError, extensions });
};
