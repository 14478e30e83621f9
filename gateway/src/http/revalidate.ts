import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './send-answer.ts';

/**
 * How an answer may be kept. What is asked by GET, a query by its hash for instance, may be kept by its own reader and asked about again:
 * answered with 304 while nothing has changed. Everything else is not kept at all.
 */
export const revalidate = ({ method, headers: asked }: IncomingMessage, { status, headers, body = '' }: HttpAnswer): HttpAnswer => {
  if (method !== 'GET' || status !== 200) return { status, headers: { ...headers, 'cache-control': 'no-store' }, body };
  const tag = createHash('sha256').update(body).digest('base64url');
  const kept = { ...headers, etag: `W/"${tag}"`, 'cache-control': 'private, no-cache' };
  return isKnown(tag, asked['if-none-match']) ? { status: 304, headers: kept } : { status, headers: kept, body };
};

/** By RFC 9110: `*` is whatever there is now; of tags one is enough, and whether they are weak makes no difference here. */
const isKnown = (tag: string, known = ''): boolean =>
  known.trim() === '*' || [...known.matchAll(/"([^"]*)"/g)].some(([, each]) => each === tag);
