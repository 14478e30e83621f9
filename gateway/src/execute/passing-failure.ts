/** A status in place of an answer. */
export class StatusError extends Error {
  constructor(readonly status: number) {
    super(`it answered ${status}`);
  }
}

const codes: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** Of a proxy that could not pass the request on, or a service that starts. */
const statuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** Whether the way to a subgraph broke, rather than what it said or how long it took. */
export const isPassing = (error: unknown): boolean =>
  error instanceof StatusError ? statuses.has(error.status) : error instanceof Error && 'code' in error && codes.has(error.code);
