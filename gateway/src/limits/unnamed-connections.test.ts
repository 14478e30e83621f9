import { describe, expect, it } from 'vitest';
import { createUnnamedConnections } from './unnamed-connections.ts';

describe('limiting connections that have not said who they are', () => {
  it('counts by address, of IPv6 by network, and gives each place back once', () => {
    const open = createUnnamedConnections({ perAddress: 2, inAll: 100 });
    const named = open('2001:db8::1');
    open('2001:db8::2');
    expect(() => open('2001:db8::3')).toThrow('At most 2 connections');
    open('2001:db8:0:1::1');
    named();
    named();
    open('2001:db8::3');
    expect(() => open('2001:db8::4')).toThrow('At most 2 connections');
  });

  it('counts them all, too, and not those that were refused', () => {
    const open = createUnnamedConnections({ perAddress: 2, inAll: 3 });
    const places = [open('1.1.1.1'), open('1.1.1.1')];
    expect(() => open('1.1.1.1')).toThrow('At most 2');
    open('2.2.2.2');
    expect(() => open('3.3.3.3')).toThrow('At most 3');
    places[0]?.();
    open('3.3.3.3');
  });
});
