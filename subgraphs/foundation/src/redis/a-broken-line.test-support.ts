import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, and mended at the same address. */
export const aBrokenLine = async (target: { readonly host: string; readonly port: number }) => {
  const open = new Set<Socket>();
  let server: Server;
  const listen = async (port: number) => {
    server = createServer((client) => {
      const upstream = connect(target.port, target.host);
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        open.add(one);
        one.pipe(other).on('error', () => {});
        one.on('error', () => other.destroy()).on('close', () => open.delete(one));
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const cut = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    /** The same address through this line. */
    urlOf(url: string): string {
      const through = new URL(url);
      through.hostname = '127.0.0.1';
      through.port = String(port);
      return through.href;
    },
    cut,
    mend: () => listen(port),
    /** Takes connections no longer, and carries nothing over those there are: a hang. */
    hang: () => {
      for (const socket of open) socket.unpipe();
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await cut();
    },
  };
};
