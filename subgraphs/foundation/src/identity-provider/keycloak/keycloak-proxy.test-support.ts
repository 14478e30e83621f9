import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request of the admin API; nothing said: it goes through. */
export type Fate = 'lose the connection' | 'lose the answer' | 'hang' | 401;

/** Keycloak behind a line that fails as told. */
export const aFailingLine = async (keycloak: string) => {
  let next: (path: string) => Fate | undefined = () => undefined;
  const asked: string[] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    asked.push(`${incoming.method} ${path}`);
    const fate = path.startsWith('/admin/') ? next(path) : undefined;
    if (fate === 'hang') return;
    if (fate === 'lose the connection') return void incoming.socket.destroy();
    if (fate === 401) return void answer.writeHead(401, { 'content-type': 'application/json' }).end('{}');
    pass(keycloak, incoming, answer, fate === 'lose the answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Requests so far whose line begins like this. */
    count: (start: string) => asked.filter((line) => line.startsWith(start)).length,
    /** The first requests from now on meet these fates, in order. */
    failing(...fates: readonly Fate[]) {
      const left = [...fates];
      next = () => left.shift();
    },
    failingAlways(fate: Fate) {
      next = () => fate;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const pass = (keycloak: string, incoming: IncomingMessage, answer: ServerResponse, loseAnswer: boolean): void => {
  const { hostname, port } = new URL(keycloak);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, (reply) => {
    if (loseAnswer) return void reply.resume().on('end', () => incoming.socket.destroy());
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
};
