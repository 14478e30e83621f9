import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HeaderMap } from '@apollo/server';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createTestDirectory } from '../test/a-directory.ts';
import { aCore, composeSet } from '../test/subgraphs.ts';
import { loadVariant } from './load-variant.ts';
import { createVariants } from './variants.ts';

const sdl = composeSet([aCore()]);
const executor = async () => ({ data: { me: { id: 'asked' } } });
const log = pino({ level: 'silent' });

describe('keeping plugin sets', () => {
  it('lets those go that were used longest ago, and they still answer what they have', async () => {
    const directory = createTestDirectory();
    for (const hash of ['a', 'b', 'c']) directory.addSet({ hash, audience: 'tenant', sdl, subgraphs: ['home'] });
    const variants = createVariants({ directory, log, executor, maxBytes: sdl.length * 12 * 2.5 });

    const first = await variants.for('a');
    await variants.for('b');
    await variants.for('c');

    await variants.for('a');
    expect(directory.asked.supergraph).toBe(4);
    const headers = new HeaderMap([['content-type', 'application/json']]);
    const request = { method: 'POST', headers, search: '', body: { query: '{ me { id } }' } };
    const answer = await first.server.answer(request, { admitted: { principal: { kind: 'anonymous' } } } as never);
    expect(answer.body).toEqual({ kind: 'complete', string: '{"data":{"me":{"id":"asked"}}}' });
    await variants.stop();
  });

  it('leaves nothing in memory of those', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const directory = createTestDirectory();
    const hashes = Array.from({ length: 8 }, (_, index) => `set ${index}`);
    for (const hash of hashes) directory.addSet({ hash, audience: 'tenant', sdl, subgraphs: ['home'] });
    const variants = createVariants({ directory, log, executor, maxBytes: sdl.length * 12 * 2.5 });
    const seen: WeakRef<object>[] = [];
    for (const hash of hashes) seen.push(new WeakRef(await variants.for(hash)));

    const inMemory = () => {
      collectGarbage();
      return seen.filter((variant) => variant.deref()).length;
    };
    await expect.poll(inMemory).toBeLessThanOrEqual(2);
    await variants.stop();
  });

  it('asks not at once again for one that could not be loaded', async () => {
    const directory = createTestDirectory();
    const variants = createVariants({ directory, log, executor });
    for (let time = 0; time < 5; time += 1) await expect(variants.for('nowhere')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(directory.asked.supergraph).toBe(1);
  });

  it('refuses a security feature that nobody here enforces', async () => {
    const unheard = sdl.replace(
      '@link(url: "https://specs.apollo.dev/join',
      '@link(url: "https://specs.apollo.dev/unheard/v0.1", for: SECURITY) @link(url: "https://specs.apollo.dev/join',
    );
    await expect(loadVariant({ hash: 'x', audience: 'tenant', sdl: unheard, subgraphs: [] }, { executor, log })).rejects.toThrow('unheard');
  });

  it('refuses guards under other names, which nobody would see', async () => {
    const renamed = sdl
      .replace(
        '"https://specs.apollo.dev/authenticated/v0.1", for: SECURITY',
        '"https://specs.apollo.dev/authenticated/v0.1", as: "signedIn", for: SECURITY',
      )
      .replaceAll('@authenticated', '@signedIn');
    expect(renamed).not.toBe(sdl);
    await expect(loadVariant({ hash: 'x', audience: 'tenant', sdl: renamed, subgraphs: [] }, { executor, log })).rejects.toThrow(
      'signedIn',
    );
  });
});
