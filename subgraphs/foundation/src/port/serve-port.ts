import { isDomainError } from '@plexica/plugin-kit';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Port, PortCall, PortFailure } from './port.ts';
import { type PortTokens, portTokenHeader } from './port-tokens.ts';

interface PortService {
  readonly tokens: PortTokens;
  readonly log: Logger;
}

/** Offers what other processes of the platform may ask of this one, method by method, to those who hold the platform key. */
export const servePort = <Methods extends Port>(
  server: FastifyInstance,
  name: string,
  methods: Methods,
  { tokens, log }: PortService,
): void => {
  server.post<{ Params: { method: string }; Body: PortCall }>(`/_plexica/ports/${name}/:method`, async (request, reply) => {
    if (!(await tokens.verify(request.headers[portTokenHeader], name))) return reply.callNotFound();
    const method = Object.hasOwn(methods, request.params.method) ? methods[request.params.method] : undefined;
    if (!method) return reply.callNotFound();
    try {
      return { value: await method(...request.body.args) };
    } catch (error) {
      if (!isDomainError(error)) log.error({ error, port: name, method: request.params.method }, 'a port failed unexpectedly');
      return reply.status(isDomainError(error) ? 422 : 500).send(asFailure(error));
    }
  });
};

// What was not foreseen stays in this process's log.
const asFailure = (error: unknown): PortFailure =>
  isDomainError(error)
    ? { code: error.code, message: error.message, details: error.details }
    : { code: 'SERVICE_UNAVAILABLE', message: 'The part of the platform that was asked met an error.', details: {} };
