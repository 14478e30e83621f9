import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendText } from './send-text.ts';

/**
 * How an answer may be kept. What is asked by GET, a query by its hash for instance, may be kept by its own reader and asked about again:
 * answered with 304 while nothing has changed. Everything else is not kept at all.
 */
export const revalidate = ({ method, headers }: FastifyRequest, reply: FastifyReply, text: string): FastifyReply => {
  if (method !== 'GET' || reply.statusCode !== 200) return sendText(reply.header('cache-control', 'no-store'), text);
  const tag = `W/"${createHash('sha256').update(text).digest('base64url')}"`;
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache', vary: varyWith(reply, 'accept, authorization, x-tenant-slug') });
  const known = headers['if-none-match']?.split(',').map((each) => each.trim());
  return known?.includes(tag) ? reply.status(304).send() : sendText(reply, text);
};

const varyWith = (reply: FastifyReply, names: string): string => [reply.getHeader('vary'), names].filter(Boolean).join(', ');
