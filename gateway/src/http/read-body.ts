import type { IncomingMessage } from 'node:http';
import { Refusal } from '../problem.ts';

export interface BodyLimits {
  readonly bytes: number;
  /** For all of it to arrive, however steadily it trickles; 30 s. */
  readonly withinMs?: number;
}

/** The body as text. Rejects with a refusal where it is too large, takes too long or breaks off; what is left of it goes nowhere. */
export const readBody = (request: IncomingMessage, { bytes, withinMs = 30_000 }: BodyLimits): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (refusal: Refusal): void => {
      clearTimeout(timer);
      request.off('data', take).resume();
      reject(refusal);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= bytes) chunks.push(chunk);
      else refuse(new Refusal('PAYLOAD_TOO_LARGE'));
    };
    const timer = setTimeout(() => refuse(new Refusal('REQUEST_TIMEOUT')), withinMs).unref();
    request.on('data', take);
    request.once('end', () => {
      clearTimeout(timer);
      resolve((chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'));
    });
    request.once('error', () => refuse(new Refusal('BAD_USER_INPUT', { message: 'The request body could not be read.' })));
  });
