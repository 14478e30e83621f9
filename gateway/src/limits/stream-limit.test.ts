import { describe, expect, it } from 'vitest';
import { anonymousPrincipal } from '../principal/principal.ts';
import { createStreamLimit } from './stream-limit.ts';

describe('limiting open streams', () => {
  it('counts by address without a token, and frees a place with each end', () => {
    const open = createStreamLimit(2);
    const here = { principal: anonymousPrincipal, address: '1.1.1.1' };
    const closed = open(here);
    open(here);
    expect(() => open(here)).toThrow('At most 2 subscriptions');
    open({ ...here, address: '2.2.2.2' });
    closed();
    open(here);
    expect(() => open(here)).toThrow('At most 2 subscriptions');
  });
});
