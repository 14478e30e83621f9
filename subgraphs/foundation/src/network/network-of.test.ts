import { describe, expect, it } from 'vitest';
import { networkOf } from './network-of.ts';

describe('what counts as one client', () => {
  it('is an IPv4 address, in whatever clothes', () => {
    expect(networkOf('198.51.100.7')).toBe('198.51.100.7');
    expect(networkOf('::ffff:198.51.100.7')).toBe('198.51.100.7');
    expect(networkOf('198.51.100.8')).not.toBe(networkOf('198.51.100.7'));
  });

  it('is the network of an IPv6 address, and no other', () => {
    const own = networkOf('2001:db8:1:2::1');
    for (const address of ['2001:db8:1:2::2', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:DB8:1:2:a::'])
      expect(networkOf(address)).toBe(own);
    for (const address of ['2001:db8:1:3::1', '2001:db8::1', '::1']) expect(networkOf(address)).not.toBe(own);
    expect(networkOf('fe80::1%eth0')).toBe(networkOf('fe80::2'));
  });

  it('is the word itself where that is no address', () => {
    for (const word of ['', 'unknown', 'a:b:c']) expect(networkOf(word)).toBe(word);
    expect(networkOf(undefined)).toBe('undefined');
  });
});
