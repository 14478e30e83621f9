/** For a request to arrive whole, an upload too: Fastify itself waits without end. */
export const requestTimeoutMs = 300_000;
