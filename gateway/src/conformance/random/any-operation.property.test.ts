import { type ExecutionResult, GraphQLError, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Composed } from '../../execute/test/composed.ts';
import { composed, essence, specified } from '../by-the-specification.ts';
import { createDice } from './dice.ts';
import { generateOperation } from './generate-operation.ts';
import { type Generated, generateFixture } from './generate-schema.ts';

/** A failure prints its seed; set it here as `PLEXICA_SEED` to see it again. */
const seed = Number(process.env.PLEXICA_SEED ?? Math.floor(Math.random() * 2 ** 31));
const schemas = Number(process.env.PLEXICA_SCHEMAS ?? 70);
const operationsEach = 10;

/** A null took its parent along: which of several errors below is told is up to whoever executes. */
const isPropagated = ({ data, errors }: ExecutionResult): boolean =>
  (errors ?? []).some(({ path }) => {
    let value: unknown = data;
    for (const part of path?.slice(0, -1) ?? []) value = (value as Record<string, unknown> | null | undefined)?.[part];
    return value === null || value === undefined;
  });

const errorsToCompare = (answer: ExecutionResult, byTheBook: ExecutionResult) =>
  isPropagated(answer) || isPropagated(byTheBook) ? (answer.errors?.length ?? 0) > 0 : essence(answer).errors;

describe(`any operation on any supergraph (seed ${seed})`, () => {
  it('is answered as the specification says, and as the stock executor does where that is right', {
    timeout: Math.max(120_000, schemas * 2_000),
  }, async () => {
    const counts = { pairs: 0, 'errors or nulls': 0, 'stock differs': 0, uncomposable: 0, 'too complex': 0 };
    const covered = new Map<string, number>();
    for (let round = 0; round < schemas; round += 1) {
      const dice = createDice(seed + round);
      const fixture = generateFixture(dice);
      const world = fixture.world();
      const gateway = composedOr(fixture, () => (counts.uncomposable += 1));
      if (!gateway) continue;
      for (let time = 0; time < operationsEach; time += 1) {
        const { query, variables, features } = generateOperation(gateway.supergraph.apiSchema, dice);
        const document = parse(query);
        if (validate(gateway.supergraph.apiSchema, document).length > 0) continue;
        const where = `seed ${seed + round}, ${query} with ${JSON.stringify(variables)}`;
        const byTheBook = await specified(gateway, world, document, variables);
        const answer = await gateway.ours(query, variables).catch(refusal(where));
        if (!answer) {
          counts['too complex'] += 1;
          continue;
        }
        expect(essence(answer).data, where).toBe(essence(byTheBook).data);
        expect(errorsToCompare(answer, byTheBook), where).toEqual(errorsToCompare(byTheBook, answer));

        counts.pairs += 1;
        if (byTheBook.errors || /:null/.test(essence(byTheBook).data)) counts['errors or nulls'] += 1;
        // There the stock planner goes in a circle until no memory is left.
        const isBeyondStock = fixture.features.has('two interface objects');
        const stock = isBeyondStock ? byTheBook : await stockAnswer(gateway, query, variables);
        if (essence(stock).data !== essence(byTheBook).data) counts['stock differs'] += 1;
        for (const feature of [...fixture.features, ...features]) covered.set(feature, (covered.get(feature) ?? 0) + 1);
      }
    }
    console.log(JSON.stringify({ seed, ...counts, covered: Object.fromEntries([...covered].toSorted()) }));
    expect(counts.pairs).toBeGreaterThanOrEqual(Math.min(500, schemas * 8));
    expect(counts['too complex']).toBeLessThan(counts.pairs / 20);
    expect(counts['errors or nulls'] / counts.pairs).toBeGreaterThanOrEqual(0.2);
  });
});

const composedOr = (fixture: Generated, failed: () => void): Composed | undefined => {
  try {
    return composed(fixture, fixture.world());
  } catch (error) {
    if (process.env.PLEXICA_VERBOSE) console.log(String(error), fixture.subgraphs);
    failed();
    return undefined;
  }
};

/** The stock planner would go on until no memory is left. */
const refusal =
  (where: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof GraphQLError) || error.extensions.code !== 'COST_EXCEEDED') throw new Error(where, { cause: error });
  };

const stockAnswer = (gateway: Composed, query: string, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult> =>
  gateway.stock(query, variables).catch((error: unknown): ExecutionResult => ({ errors: [error as never] }));
