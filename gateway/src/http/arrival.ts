import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ClientOf } from '@plexica/foundation';
import type { Arrival } from '../request.ts';

/** Where a client says what it is called, as Apollo's clients do; nobody vouches for it. */
export const clientNameHeader = 'apollographql-client-name';

/** What an HTTP request says about itself. Internal headers that a client sends are not read anywhere: nothing of them travels on. */
export const arrivalOf = (request: IncomingMessage, clientOf: ClientOf): Arrival => ({
  authorization: request.headers.authorization,
  slug: single(request.headers['x-tenant-slug']),
  client: single(request.headers[clientNameHeader]),
  ...clientOf(request),
});

/** Of our own making: a client's `x-request-id` is dropped like every internal header. */
export const newRequestId = (): string => randomUUID();

const traceparentPattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export const traceparentOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined => {
  const value = single(headers.traceparent);
  return value && traceparentPattern.test(value) ? value : undefined;
};

// A header sent twice has no one meaning.
export const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(',') : value);
