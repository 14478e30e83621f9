import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const deadline = 'plexica.bodyDeadline';

/** A body must have arrived as a whole within this time, however steadily it trickles. Then the request is refused and its connection ends. */
export const withinTime = (
  server: FastifyInstance,
  ms: number,
  refuse: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void => {
  const arrived = (request: FastifyRequest, done: () => void): void => {
    clearTimeout(request.getDecorator<NodeJS.Timeout | undefined>(deadline));
    done();
  };

  server.decorateRequest(deadline, undefined);
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST') return done();
    const late = () => {
      refuse(request, reply);
      // The parser still waits for the rest: nobody wants it any more.
      reply.raw.once('finish', () => request.raw.destroy());
    };
    request.setDecorator(deadline, setTimeout(late, ms).unref());
    done();
  });
  server.addHook('preValidation', (request, _reply, done) => arrived(request, done));
  server.addHook('onError', (request, _reply, _error, done) => arrived(request, done));
  server.addHook('onRequestAbort', arrived);
  server.addHook('onResponse', (request, _reply, done) => arrived(request, done));
};
