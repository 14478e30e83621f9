import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './send-answer.ts';

/**
 * How an answer may be kept. What is asked by GET, a query by its hash for instance, may be kept by its own reader and asked about again:
 * answered with 304 while nothing has changed. Everything else is not kept at all.
 */
export const revalidate = ({ method, headers: asked }: IncomingMessage, { status, headers, body = '' }: HttpAnswer): HttpAnswer => {
  if (method !== 'GET' || status !== 200) return { status, headers: { ...headers, 'cache-control': 'no-store' }, body };
  const tag = `W/"${createHash('sha256').update(body).digest('base64url')}"`;
  const kept = { ...headers, etag: tag, 'cache-control': 'private, no-cache' };
  const known = asked['if-none-match']?.split(',').map((each) => each.trim());
  return known?.includes(tag) ? { status: 304, headers: kept } : { status, headers: kept, body };
};
