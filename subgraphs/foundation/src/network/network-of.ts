import ipaddr from 'ipaddr.js';

const bytesOfNetwork = 8;

/** What counts as one client: an IPv4 address; of an IPv6 address its /64, since whoever has one address there has all of them. */
export const networkOf = (address: string | undefined): string => {
  if (!address?.includes(':') || !ipaddr.isValid(address)) return String(address);
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.toByteArray().slice(0, bytesOfNetwork), ...new Array(bytesOfNetwork).fill(0)])}/64`;
};
