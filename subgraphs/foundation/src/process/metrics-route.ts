import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { isPublicAddress } from '../network/plugin-address.ts';

/** `/metrics`, for those inside: whoever came through a proxy, or from outside, finds nothing here. */
export const registerMetrics = (server: FastifyInstance, metrics: Pick<Registry, 'contentType' | 'metrics'>): void => {
  server.get('/metrics', async ({ ip, headers }, reply) => {
    if (isPublicAddress(ip) || headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return reply.callNotFound();
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
};
