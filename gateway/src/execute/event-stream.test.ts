import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEventStream } from './event-stream.ts';
import { allOf } from './test/all-of.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

const read = (text: string, sizes: readonly number[] = [], maxBytes = 1_000) =>
  allOf(readEventStream(inChunks(new TextEncoder().encode(text), sizes), maxBytes));

describe('an event stream', () => {
  it('is split into its events, comments aside', async () => {
    const events = await read(':\n\nevent: next\ndata: {"a":1}\n\nevent:next\ndata: one\ndata: two\nid: 7\n\nevent: complete\ndata\n\n');

    expect(events).toEqual([
      { event: 'next', data: '{"a":1}' },
      { event: 'next', data: 'one\ntwo' },
      { event: 'complete', data: '' },
    ]);
  });

  it('reads the same however its bytes arrive and its lines end', async () => {
    const text = 'event: next\ndata: "è 🎈"\n\n:\n\nevent: next\ndata: 2\n\n';
    const whole = await read(text);

    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), async (sizes, lineEnd) => {
        expect(await read(text.replaceAll('\n', lineEnd), sizes)).toEqual(whole);
      }),
    );
  });

  it('takes the time of its bytes, however small they come', async () => {
    const started = performance.now();
    const text = `data: ${'x'.repeat(4_000_000)}\n\n`;
    const [event] = await read(text, Array(4_000).fill(1_000), 5_000_000);
    expect(event?.data).toHaveLength(4_000_000);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('refuses an event larger than allowed, and only that', async () => {
    const many = 'event: next\ndata: 12345678\n\n'.repeat(50);

    expect(await read(many, Array(100).fill(14), 100)).toHaveLength(50);
    await expect(read(`data: ${'x'.repeat(200)}`, [90, 90], 100)).rejects.toThrow('an event is larger than 100 bytes');
  });
});
