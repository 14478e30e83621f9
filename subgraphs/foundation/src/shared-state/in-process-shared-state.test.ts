import { expect, it } from 'vitest';
import { createInProcessSharedState } from './in-process-shared-state.ts';
import { sharedStateContract } from './shared-state.contract.ts';

sharedStateContract('in process', async () => {
  const state = createInProcessSharedState();
  return { state, other: state, [Symbol.asyncDispose]: () => state.stop() };
});

it('in process lets the oldest go where texts grow too many', async () => {
  const state = createInProcessSharedState();
  for (let at = 0; at < 70; at += 1) await state.set(`text-${at}`, 'x'.repeat(1_000_000), { ttlSeconds: 60 });
  const kept = await Promise.all(Array.from({ length: 70 }, (_, at) => state.get(`text-${at}`)));
  expect([kept.filter(Boolean).length < 65, kept[0], kept.at(-1)?.length]).toEqual([true, undefined, 1_000_000]);
  await state.stop();
});
