import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request; nothing said: it goes through. A number is the status that answers it. */
export type Fate = 'lose the connection' | 'lose the answer' | 'cut the answer' | 'hang' | number;

/** Keycloak behind a line that fails as told. */
export const aFailingLine = async (keycloak: string) => {
  let failing = '/admin/';
  let next: () => Fate | undefined = () => undefined;
  const asked: string[] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    asked.push(`${incoming.method} ${path}`);
    const fate = path.startsWith(failing) ? next() : undefined;
    if (fate === 'hang') return;
    if (fate === 'lose the connection') return void incoming.socket.destroy();
    if (typeof fate === 'number') return void answer.writeHead(fate, { 'content-type': 'application/json' }).end('{}');
    pass(keycloak, incoming, answer, fate);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Requests so far whose line begins like this. */
    count: (start: string) => asked.filter((line) => line.startsWith(start)).length,
    /** Requests whose path begins like this meet the fates; those of the admin API unless told. */
    at(path: string) {
      failing = path;
    },
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

const pass = (keycloak: string, incoming: IncomingMessage, answer: ServerResponse, fate: Fate | undefined): void => {
  const { hostname, port } = new URL(keycloak);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, (reply) => {
    if (fate === 'lose the answer') return void reply.resume().on('end', () => incoming.socket.destroy());
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    if (fate === 'cut the answer')
      return void reply.once('data', (part: Buffer) => answer.write(part.subarray(0, 10), () => incoming.socket.destroy()));
    reply.pipe(answer);
  });
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
};
