import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { endWithText } from './end-with-text.ts';

/** Bytes of an answer from which on compressing it is worth the time. */
export const compressedFrom = 2_048;

/** Sends what is not going to be compressed as it is (a character takes three bytes at most); nothing of Fastify's has to look at it. */
export const sendText = (reply: FastifyReply, text: string): FastifyReply => {
  if (reply.request.headers['accept-encoding'] !== undefined && text.length * 3 >= compressedFrom) return reply.send(text);
  reply.hijack();
  endWithText(reply.raw, reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders, text);
  return reply;
};
