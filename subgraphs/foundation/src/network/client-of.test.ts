import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientOf } from './client-of.ts';

const request = (peer: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress: peer }, headers: { host: 'inner', ...headers } }) as unknown as IncomingMessage;
const forwardedFor = (...hops: string[]) => ({ 'x-forwarded-for': hops.join(', ') });

describe('who is at the far end of a request', () => {
  const clientOf = createClientOf(['10.0.0.0/8', '2001:db8:1::/64']);
  const addressOf = (peer: string, ...hops: string[]) => clientOf(request(peer, forwardedFor(...hops))).address;

  it('is the peer where no proxy is trusted, whatever it says', () => {
    const headers = {
      ...forwardedFor('198.51.100.7'),
      'x-forwarded-host': 'outer',
      forwarded: 'for=198.51.100.7',
      'x-real-ip': '198.51.100.7',
    };
    const peer = { address: '203.0.113.1', host: 'inner' };
    expect(createClientOf()(request('203.0.113.1', headers))).toEqual(peer);
    expect(clientOf(request('203.0.113.1', headers))).toEqual(peer);
  });

  it('is whom a trusted proxy names, through any number of them', () => {
    expect(addressOf('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
    expect(addressOf('::ffff:10.0.0.1', '198.51.100.7', '10.9.9.9', '2001:db8:1::5')).toBe('198.51.100.7');
    expect(addressOf('2001:db8:1::5', '2001:db8:2::1')).toBe('2001:db8:2::1');
  });

  it('is not whom the client names to a trusted proxy', () => {
    expect(addressOf('10.0.0.1', '192.0.2.66', '198.51.100.7')).toBe('198.51.100.7');
    expect(addressOf('10.0.0.1', '10.0.0.2', '198.51.100.7')).toBe('198.51.100.7');
  });

  it('is known by its address alone', () => {
    expect(addressOf('10.0.0.1', '198.51.100.7:50123')).toBe('198.51.100.7');
    expect(addressOf('10.0.0.1', '[2001:db8:2::1]:50123')).toBe('2001:db8:2::1');
  });

  it('is the last proxy that is an address where nothing beyond it is', () => {
    for (const hop of ['unknown', '', 'x'.repeat(5_000), '_hidden', '198.51.100.7, <script>'])
      expect(addressOf('10.0.0.1', hop)).toBe('10.0.0.1');
    expect(clientOf(request('10.0.0.1')).address).toBe('10.0.0.1');
  });

  it('asked for the host that the proxy names', () => {
    const hostOf = (host: string) => clientOf(request('10.0.0.1', { 'x-forwarded-host': host })).host;
    expect(hostOf('acme.example.com')).toBe('acme.example.com');
    expect(hostOf('forged.example.com, acme.example.com')).toBe('acme.example.com');
    expect(hostOf('')).toBe('inner');
  });
});
