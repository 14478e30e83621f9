import { type ErrorCode, errorRegistry, isErrorCode } from '@plexica/schema';
import { GraphQLError } from 'graphql';

/** A refusal in the words of the registry. `status` is what HTTP says when the whole request ends here. */
export class Refusal extends GraphQLError {
  readonly code: ErrorCode;

  constructor(
    code: ErrorCode,
    options: { readonly message?: string; readonly retryAfterSeconds?: number; readonly requestId?: string; readonly status?: number } = {},
  ) {
    const http = { status: options.status ?? statusOf[code] ?? 200, headers: new Map<string, string>() };
    if (options.retryAfterSeconds) http.headers.set('retry-after', String(options.retryAfterSeconds));
    const { requestId, retryAfterSeconds: retryAfter } = options;
    const extensions = { code, ...(requestId && { requestId }), ...(retryAfter && { retryAfter }), http };
    super(options.message ?? errorRegistry[code].en, { extensions });
    this.code = code;
  }
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  TENANT_NOT_FOUND: 404,
  TENANT_SUSPENDED: 403,
  TENANT_NOT_READY: 409,
  PERSISTED_QUERY_NOT_FOUND: 200,
  OPERATION_NOT_REGISTERED: 403,
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

/**
 * Whatever was thrown, as what a client may be told: refusals and errors with a registered code as they are, a dependency
 * that is away as SERVICE_UNAVAILABLE, anything else reported and told as INTERNAL_SERVER_ERROR.
 */
export const refusalOf = (error: unknown, requestId: string, report: (error: unknown, requestId: string) => void): GraphQLError => {
  if (error instanceof Refusal) return error;
  const code = error instanceof GraphQLError ? String(error.extensions.code) : '';
  if (error instanceof GraphQLError && isErrorCode(code) && code !== 'INTERNAL_SERVER_ERROR') return withStatus(error, code);
  if (isDependencyAway(error)) return new Refusal('SERVICE_UNAVAILABLE', { retryAfterSeconds: 2 });
  report(error, requestId);
  return new Refusal('INTERNAL_SERVER_ERROR', { requestId });
};

/** The same error, with what HTTP says when the whole request ends here. */
export const withStatus = ({ message, nodes, source, positions, path, extensions }: GraphQLError, code: ErrorCode): GraphQLError => {
  const http = { status: statusOf[code] ?? 200, headers: new Map<string, string>() };
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { ...extensions, http } });
};

// PostgreSQL is behind the Directory; without it nobody can be told who they are.
const isDependencyAway = (error: unknown): boolean => {
  const { code, name, cause } = (error ?? {}) as { code?: unknown; name?: string; cause?: unknown };
  return (
    /^(SERVICE_UNAVAILABLE|ECONNREFUSED|57P0\d|08\d{3}|53300)$/.test(String(code ?? '')) ||
    name === 'ConnectionException' ||
    (cause !== undefined && cause !== error && isDependencyAway(cause))
  );
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
    status: http?.status ?? statusOf[extensions.code as ErrorCode] ?? 500,
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
