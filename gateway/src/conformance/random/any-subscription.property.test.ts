import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, parse, separateOperations, validate, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compose } from '../../execute/test/composed.ts';
import { essence, specified } from '../by-the-specification.ts';
import { eventsOf, liveSubgraphOf } from '../live.ts';
import type { World } from '../world.ts';
import { createDice } from './dice.ts';
import { generateOperation } from './generate-operation.ts';
import { type Generated, generateFixture } from './generate-schema.ts';

/** A failure prints its seed; set it here as `PLEXICA_SEED` to see it again. */
const seed = Number(process.env.PLEXICA_SEED ?? Math.floor(Math.random() * 2 ** 31));
const schemas = Number(process.env.PLEXICA_SCHEMAS ?? 25);
const operationsEach = 8;

/** Whatever can be queried can be subscribed to. */
const liveFixture = ({ subgraphs }: Generated, world: World) =>
  compose(
    Object.fromEntries(
      Object.entries(subgraphs).map(([name, typeDefs]) => {
        const [, fields = ''] = /type Query \{([^}]*)\}/.exec(typeDefs) ?? [];
        // No two subgraphs can tell of one event.
        const own = fields.replace(/\w+: \w+ @shareable/, '');
        return [name, liveSubgraphOf(`${typeDefs} type Subscription {${own}}`, world)];
      }),
    ),
  );

/** The first field of a query that leads to objects, with what it needs of the rest; undefined where there is none. */
const asSubscription = (query: DocumentNode): DocumentNode | undefined => {
  const [operation] = query.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const field = operation.selectionSet.selections.find((node): node is FieldNode => node.kind === Kind.FIELD && !!node.selectionSet);
  const ofObjects = (node: { readonly kind: string }): node is FragmentDefinitionNode =>
    node.kind === Kind.FRAGMENT_DEFINITION && (node as FragmentDefinitionNode).typeCondition.name.value !== 'Query';
  if (!field) return undefined;
  const selectionSet = { ...operation.selectionSet, selections: [{ ...field, directives: [] }] };
  const stream = { ...operation, operation: 'subscription' as never, selectionSet, variableDefinitions: [] };
  const needed = separateOperations({ ...query, definitions: [stream, ...query.definitions.filter(ofObjects)] })[''];
  const used = new Set<string>();
  if (needed) visit(needed, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  return needed && visit(needed, { OperationDefinition: (node) => ({ ...node, variableDefinitions }) });
};

describe(`any subscription to any supergraph (seed ${seed})`, () => {
  it('is answered as the specification says', { timeout: Math.max(120_000, schemas * 2_000) }, async () => {
    let events = 0;
    for (let round = 0; round < schemas; round += 1) {
      const dice = createDice(seed + round);
      const fixture = generateFixture(dice);
      const { Query = {}, ...others } = fixture.world();
      const world: World = { Query, Subscription: Query, ...others };
      const gateway = liveFixture(fixture, world);
      for (let time = 0; time < operationsEach; time += 1) {
        const { query, variables } = generateOperation(gateway.supergraph.apiSchema, dice);
        const document = asSubscription(parse(query));
        if (!document || validate(gateway.supergraph.apiSchema, document).length > 0) continue;
        const where = `seed ${seed + round}, ${query} with ${JSON.stringify(variables)}`;
        const answers = await eventsOf(gateway, { key: `${time}`, document, variables }).catch((error: unknown) => {
          if ((error as { extensions?: { code?: unknown } }).extensions?.code !== 'COST_EXCEEDED') throw new Error(where, { cause: error });
        });
        if (!answers) continue;
        const byTheBook = await specified(gateway, world, document, variables);
        expect(
          answers.map((answer) => essence(answer).data),
          where,
        ).toEqual([essence(byTheBook).data]);
        events += 1;
      }
    }
    expect(events).toBeGreaterThanOrEqual(schemas * 3);
  });
});
