import { describe, expect, it } from 'vitest';
import { createDeparture, follow } from './call-signal.ts';

describe('the signal of calls', () => {
  it('tells whoever listens that the caller has gone, once, and why', () => {
    const { signal, abort } = createDeparture();
    const told: string[] = [];
    const removed = () => void told.push('removed');
    signal.addEventListener('abort', () => void told.push('first'), { once: true });
    signal.addEventListener('abort', removed);
    signal.addEventListener('abort', () => void told.push(`second, ${signal.reason}`));
    signal.removeEventListener('abort', removed);
    expect(signal.aborted).toBe(false);

    abort('gone');
    abort('again');

    expect(told).toEqual(['first', 'second, gone']);
    expect(signal).toMatchObject({ aborted: true, reason: 'gone' });
  });

  it('ends who follows it, also where it has ended already', () => {
    const { signal, abort } = createDeparture();
    const [before, after] = [new AbortController(), new AbortController()];
    follow(signal, before);
    abort('gone');
    follow(signal, after);

    expect([before, after].map((each) => each.signal.reason)).toEqual(['gone', 'gone']);
  });
});
