import { expect, it } from 'vitest';
import { startPlannerThread } from './planner-thread.ts';
import { aHerd, herdTypes } from './test/a-herd.ts';

const sdl = aHerd('[Animal]');

/** What takes too much. */
const levels = (left: number): string => {
  if (left === 0) return 'grade';
  const below = levels(left - 1);
  const ofEach = herdTypes.map((name) => `... on ${name} { peer { kin { ${below} mark } } kin { seal peer { ${below} label } } }`);
  return `note grade mark seal ${ofEach.join(' ')}`;
};

it('gives up an operation that takes too much memory or time to plan, and plans on', { timeout: 60_000 }, async () => {
  const { plan, stop } = startPlannerThread();
  const planned = (text: string) => plan({ sdl, core: [], text, required: [] });
  const [large, behind] = [planned(`{ noted { ${levels(3)} } }`), planned('{ animals { label } }')];

  await expect(large).rejects.toMatchObject({ extensions: { code: 'COST_EXCEEDED' } });

  expect((await behind).node).toMatchObject({ kind: 'Fetch', serviceName: 'herd' });
  await stop();
});
