import { expect, it } from 'vitest';
import { ask, until } from '../test/a-client.ts';
import { startGateway } from '../test/a-gateway.ts';
import { createPlanningTurns } from './planning-turns.ts';
import { aHerd, herdTypes } from './test/a-herd.ts';

const sdl = aHerd('Animal');

/** What takes its time to plan. */
const levels = (left: number): string => {
  if (left === 0) return 'grade';
  const below = levels(left - 1);
  return `note grade mark seal ${herdTypes.map((name) => `... on ${name} { peer { kin { ${below} mark } } }`).join(' ')}`;
};

it('plans what one caller asks before all that another asked', { timeout: 60_000 }, async () => {
  await using gateway = await startGateway();
  gateway.directory.addSet({ hash: 'herd', audience: 'tenant', sdl, subgraphs: ['herd', 'notes', 'scores'] });
  gateway.directory.setTenant('acme', { supergraph: 'herd' });
  const [acme, globex] = await Promise.all([gateway.issuer.token('acme'), gateway.issuer.token('globex')]);
  for (const token of [acme, globex]) await ask(gateway, '{ __typename }', token);
  await ask(gateway, '{ me { id } }', globex);
  let answered = 0;
  const many = Array.from({ length: 12 }, async (_, at) => {
    await ask(gateway, `query Q${at} { noted { ${levels(2)} } }`, acme);
    answered += 1;
  });
  await until(() => answered > 0);

  const { data } = await ask(gateway, '{ me { email } }', globex);

  expect(data).toEqual({ me: { email: 'user-1@globex.test' } });
  expect(answered).toBeLessThan(6);
  await Promise.all(many);
});

it('lets each caller wait for their own, and so many at most', async () => {
  const inTurn = createPlanningTurns();
  const begun: string[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const plan = (caller: string, until?: Promise<void>) =>
    inTurn(caller, async () => {
      begun.push(caller);
      await until;
    });

  const all = [plan('a', first), plan('a'), plan('a'), plan('b'), plan('c'), plan('b')];
  const flood = Promise.allSettled(Array.from({ length: 1_001 }, () => plan('d')));
  resolve();
  await Promise.all(all);

  expect(begun.slice(0, 8)).toEqual(['a', 'a', 'b', 'c', 'd', 'a', 'b', 'd']);
  const refused = (await flood).filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject([{ reason: { code: 'RATE_LIMITED' } }]);
});

it('goes on after a plan that failed', async () => {
  const inTurn = createPlanningTurns();
  const failing = inTurn('a', async () => {
    throw new Error('no plan');
  });
  const behind = inTurn('b', async () => 'planned');
  await expect(failing).rejects.toThrow('no plan');
  expect(await behind).toBe('planned');
});
