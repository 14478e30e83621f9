import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';

/** The URL of a plugin's service without its last slash; PLUGIN_URL_REFUSED unless it is plain, and public or among the allowed hosts. */
export const judgedServiceUrl = async (text: string, allowedHosts: readonly string[]): Promise<string> => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw refused('A plugin service has a plain http(s) URL.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowedHosts.includes(host)) {
    const addresses = isIP(host) ? [host] : await addressesOf(host);
    if (!addresses.length) throw refused(`${host} has no address.`);
    if (!addresses.every(isPublicAddress)) throw refused(`${host} is not a public address, and not among those this platform allows.`);
  }
  return url.href.replace(/\/$/, '');
};

const addressesOf = async (host: string): Promise<string[]> => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};

const refused = (message: string) => new DomainError('PLUGIN_URL_REFUSED', { message, path: ['input', 'url'] });
