import { DomainError } from '@plexica/plugin-kit';

/** What the drivers of our own services say when a service is not there, hangs, or is only starting. */
const codes = /^(SERVICE_UNAVAILABLE|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|57P0\d|08\w{3}|53300)$/;
const words =
  /^(timeout exceeded when trying to connect|query read timeout|connection terminated|client (has encountered a connection error|was closed))/i;

/** Whether a service that this platform stands on is away: it comes back, and the same work will then do. */
export const isAway = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return codes.test(String(code ?? '')) || words.test(String(message ?? ''));
};

/** Throws the same in the words of the registry where that is so. */
export const sayAway =
  (service: string) =>
  (error: unknown): never => {
    throw isAway(error) ? new DomainError('SERVICE_UNAVAILABLE', { message: `${service} is away.`, cause: error }) : error;
  };

export const databaseAway = sayAway('The database');
