import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@apollo/server';

/** The headers of a request as Apollo Server reads them. */
export const headersOf = ({ headers }: IncomingMessage): HeaderMap => {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return map;
};

/** From the question mark on; empty without one. */
export const searchOf = ({ url = '' }: IncomingMessage): string => {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
};

/** The text in a body, where there is one. A URL has no room for a long one. */
export const textIn = (body: unknown): string | undefined => {
  const { query } = (body ?? {}) as { query?: unknown };
  return typeof query === 'string' ? query : undefined;
};
