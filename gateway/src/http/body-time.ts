import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A body must have arrived as a whole within this time, however steadily it trickles. Then the request is refused and its connection ends. */
export const withinTime = (
  server: FastifyInstance,
  ms: number,
  refuse: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void => {
  const waiting = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const arrived = async (request: FastifyRequest) => clearTimeout(waiting.get(request));

  server.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    const late = () => {
      refuse(request, reply);
      // The parser still waits for the rest: nobody wants it any more.
      reply.raw.once('finish', () => request.raw.destroy());
    };
    waiting.set(request, setTimeout(late, ms).unref());
  });
  server.addHook('preValidation', arrived);
  server.addHook('onError', arrived);
  server.addHook('onRequestAbort', arrived);
  server.addHook('onResponse', arrived);
};
