import { expect, it } from 'vitest';
import { compose } from '../execute/test/composed.ts';
import { startPlannerThread } from './planner-thread.ts';

const types = ['Ant', 'Bee', 'Cat'];
const { sdl } = compose({
  herd: {
    typeDefs: `type Query { animals: [Animal] }
      interface Animal @key(fields: "id") { id: ID! label: String }
      ${types.map((name) => `type ${name} implements Animal @key(fields: "id") { id: ID! label: String }`).join('\n')}`,
    resolvers: {},
  },
  notes: {
    typeDefs: `type Query { noted: [Animal] }
      type Animal @key(fields: "id") @interfaceObject {
        id: ID! label: String @external peers: [Animal] note: String mark: String @requires(fields: "label")
      }`,
    resolvers: {},
  },
  scores: {
    typeDefs: `type Query { graded: [Animal] }
      type Animal @key(fields: "id") @interfaceObject {
        id: ID! label: String @external kin: [Animal] grade: Int seal: String @requires(fields: "label")
      }`,
    resolvers: {},
  },
});

/** Two interface objects that lead on to each other: what it takes to plan grows by the level. */
const levels = (left: number): string => {
  if (left === 0) return 'grade';
  const below = levels(left - 1);
  const ofEach = types.map((name) => `... on ${name} { peers { kin { ${below} mark } } kin { seal peers { ${below} label } } }`);
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
