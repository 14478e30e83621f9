import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';

/** Addresses that are not public: a plugin registered there could make the platform call its own inside. */
const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Those that carry an IPv4 address within: compatible, translated, Teredo, 6to4.
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['100::', 64],
  ['fec0::', 10],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(network, prefix, 'ipv6');
}

/** Of one event that a plugin sends over a WebSocket. */
const messageBytes = 5_000_000;

/** Whether the platform may call this address; IPv4 addresses in IPv6 clothes are looked at as what they are. */
export const isPublicAddress = (address: string): boolean => {
  const mapped = address.toLowerCase().match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/)?.[1];
  const plain = mapped ?? address;
  const family = isIP(plain);
  return family !== 0 && !inside.check(plain, family === 4 ? 'ipv4' : 'ipv6') && !/^::ffff:/i.test(plain);
};

export interface PluginDispatcherOptions {
  /** Hosts that plugins may live on besides public addresses. */
  readonly allowedHosts: readonly string[];
  readonly connectTimeoutMs: number;
  /** Sockets for one origin; null for no limit, as streams want it. Default 256. */
  readonly connections?: number | null;
  /** Asks the DNS. */
  readonly resolve?: typeof lookup;
}

/**
 * Carries calls to plugins. The name is resolved here, judged, and that very address connected to: an answer of the DNS
 * that changes between check and use gains nothing.
 */
export const createPluginDispatcher = (options: PluginDispatcherOptions): Dispatcher => {
  const { allowedHosts, connectTimeoutMs, connections = 256, resolve = lookup } = options;
  const judged: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const allowed = allowedHosts.includes(hostname)
        ? addresses
        : addresses.filter(({ address }) => isPublicAddress(address) || allowedHosts.includes(address));
      const [first] = allowed;
      if (!first) return callback(new Error(`${hostname} is no address that plugins may live on`), '', 0);
      return options.all ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
  return new Agent({
    connect: { lookup: judged, timeout: connectTimeoutMs },
    keepAliveTimeout: 30_000,
    connections,
    webSocket: { maxPayloadSize: messageBytes },
  }).compose((dispatch) => (options, handler) => {
    // A literal address is never looked up, so it is judged before the call.
    const { hostname } = new URL(String(options.origin));
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) && !isPublicAddress(literal) && !allowedHosts.includes(literal))
      throw new Error(`${hostname} is no address that plugins may live on`);
    return dispatch(options, handler);
  });
};
