import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';

/** The far end of a request. */
export interface Client {
  readonly address: string | undefined;
  /** The host it asked for. */
  readonly host: string | undefined;
}

export type ClientOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => Client;

/**
 * Who is at the far end: the peer itself, or where the peer is a trusted proxy, whom it names. `X-Forwarded-For` is read from the
 * nearest hop outwards and believed as far as the hops are trusted; whatever stands beyond is the client's own say.
 */
export const createClientOf = (trustedProxies: readonly string[] = []): ClientOf => {
  if (trustedProxies.length === 0) return ({ headers, socket }) => ({ address: socket.remoteAddress, host: headers.host });
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const { headers, socket } = request;
    if (!socket.remoteAddress || !isTrusted(socket.remoteAddress, 0)) return { address: socket.remoteAddress, host: headers.host };
    const hops = proxyAddr.all(request as IncomingMessage, isTrusted).map(withoutPort);
    // What is no address can't be counted by: then the last proxy that is one stands for all behind it.
    return { address: hops.findLast((hop) => isIP(hop)), host: nearest(headers['x-forwarded-host']) ?? headers.host };
  };
};

/** What is wrong with a list of proxies: each is an address, a range (CIDR), `loopback`, `linklocal` or `uniquelocal`. */
export const proxyProblem = (proxies: readonly string[]): string | undefined => {
  try {
    proxyAddr.compile([...proxies]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

// Some proxies name the port, too; a client that counts by it would be another with each connection.
const withoutPort = (hop: string): string => {
  const [, ipv6, ipv4] = hop.match(/^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/) ?? [];
  return ipv6 ?? ipv4 ?? hop;
};

const nearest = (header: string | string[] | undefined): string | undefined => {
  const last = String(header ?? '')
    .split(',')
    .at(-1);
  return last?.trim() || undefined;
};
