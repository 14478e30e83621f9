import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** None for an answer that has no body. */
  readonly body?: string;
}

/** Bytes of an answer from which on compressing it is worth the time; a character takes three at most. */
const compressedFrom = 2_048;
const compress = promisify(gzip);

/** A client that reads nothing for this long, of an answer or of its events, is cut off: what waits for it takes room. */
export const defaultUnreadMs = 30_000;

/** Sends a whole answer, compressed for whoever accepts that. */
export const sendAnswer = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: HttpAnswer,
  unreadMs = defaultUnreadMs,
): Promise<void> => {
  await send(request, response, answer);
  if (response.writableLength > 0) response.setTimeout(unreadMs);
};

const send = async (request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): Promise<void> => {
  const { status, headers, body } = answer;
  if (body === undefined) return void response.writeHead(status, headers).end();
  const accepted = request.headers['accept-encoding'];
  if (!accepted || body.length * 3 < compressedFrom || negotiate(String(accepted), ['gzip']) !== 'gzip') return sendText(response, answer);
  const compressed = await compress(body, { level: 4 });
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip', 'content-length': compressed.length }).end(compressed);
};

/** Sends a text as it is, in one go. */
export const sendText = (response: ServerResponse, { status, headers, body = '' }: HttpAnswer): void => {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, 'content-length': length });
  // A text of one-byte characters alone is copied into the socket as it is, without a buffer of its own.
  response.end(body, length === body.length ? 'latin1' : 'utf8');
};
