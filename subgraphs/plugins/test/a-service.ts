import type { AddressInfo } from 'node:net';
import { bodyDigest, createTokenVerifier, type TokenVerifier } from '@plexica/plugin-kit';
import Fastify, { type FastifyReply } from 'fastify';
import type { createLocalJWKSet } from 'jose';

export interface Received {
  readonly delivery: string;
  readonly tenant: string;
  readonly user: string | null;
  readonly permissions: readonly string[];
  readonly configurationVersion: number;
  readonly token: string;
  /** Whether token and signature are the platform's, for this plugin, body and delivery. */
  readonly genuine: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

type Answer = (received: Received, reply: FastifyReply) => unknown;

/** A plugin's HTTP service on loopback: checks what it is sent as the kit does, keeps it, and answers as it is told. */
export const aService = async (pluginId: string, keys: ReturnType<typeof createLocalJWKSet>) => {
  const verifier: TokenVerifier = createTokenVerifier({ keys, audience: pluginId });
  const received: Received[] = [];
  let answer: Answer = (_, reply) => reply.status(204).send();
  const server = Fastify({ forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.get('/_plexica/health', async () => ({ status: 'ok' }));
  server.post('/_plexica/hooks', async (request, reply) => {
    const text = String(request.body);
    const [token, signature, delivery] = ['plexica-token', 'plexica-signature', 'plexica-delivery'].map((name) =>
      String(request.headers[name]),
    );
    const claims = await verifier.claims(token);
    const signed = await verifier.open(signature);
    const one: Received = {
      delivery: delivery ?? '',
      tenant: claims?.tenant?.slug ?? '',
      user: claims?.user?.email ?? null,
      permissions: claims?.permissions ?? [],
      configurationVersion: claims?.configurationVersion ?? 0,
      token: token ?? '',
      genuine: Boolean(claims?.tenant) && signed?.payload.digest === bodyDigest(text) && signed?.payload.delivery === delivery,
      body: JSON.parse(text),
    };
    received.push(one);
    return answer(one, reply);
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    answers(next: Answer) {
      answer = next;
    },
    stop: () => server.close(),
  };
};

export type Service = Awaited<ReturnType<typeof aService>>;
