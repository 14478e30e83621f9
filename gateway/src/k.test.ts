import { it } from 'vitest';
import { composed } from './conformance/by-the-specification.ts';
import { createDice } from './conformance/generated/dice.ts';
import { generateFixture } from './conformance/generated/generate-schema.ts';

it('x', async () => {
  const f = generateFixture(createDice(Number(process.env.S)));
  const c = composed(f, f.world());
  for (const [n, t] of Object.entries(f.subgraphs)) console.log(n, t);
  const { parse } = await import('graphql');
  console.log((await c.supergraph.plan({ key: 'x', document: parse(process.env.Q ?? '') })).text());
  const a = await c.ours(process.env.Q ?? '', { yes: true, no: false, id: '3', n: 1 });
  console.log(JSON.stringify(a), c.calls.join('\n'));
  console.log(JSON.stringify(await c.stock(process.env.Q ?? '', { yes: true, no: false, id: '3', n: 1 })));
});
