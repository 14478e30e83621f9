import { isDomainError } from '@plexica/plugin-kit';
import type { FastifyInstance } from 'fastify';

const retryAfterSeconds = 5;

/** Routes of this scope say 503 and when to come back while what they need is away. */
export const answerUnavailable = (scope: FastifyInstance): void => {
  scope.setErrorHandler((error, _request, reply) => {
    if (!isDomainError(error) || error.code !== 'SERVICE_UNAVAILABLE') throw error;
    return reply
      .status(503)
      .headers({ 'retry-after': String(retryAfterSeconds), 'cache-control': 'no-store' })
      .send({ errors: [{ message: error.message, extensions: { code: error.code } }] });
  });
};
