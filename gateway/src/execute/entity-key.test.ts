import { trimSelectionNodes } from '@apollo/query-planner';
import fc from 'fast-check';
import { buildSchema, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileEntityKey } from './entity-key.ts';
import { compileRepresentation } from './representation.ts';

const schema = buildSchema(
  'type Query { a: A, b: B } interface Node { id: ID } type A implements Node { id: ID, x: String, in: A } type B implements Node { id: ID, x: String }',
);

const requires = (text: string) => {
  const [definition] = parse(text).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? trimSelectionNodes(definition.selectionSet.selections) : [];
};

const value = fc.oneof(fc.constantFrom('', '1', '12', '2', '"1:1', ',1', 'null'), fc.constantFrom(1, 12, 2, true, null, undefined));
const entity = fc.record(
  {
    __typename: fc.constantFrom('A', 'B', 'C'),
    id: value,
    x: value,
    in: fc.option(fc.record({ x: value, list: fc.array(value, { maxLength: 2 }) })),
  },
  { requiredKeys: ['__typename'] },
);

describe('the key of an entity', () => {
  it.each([
    '{ ... on A { __typename id x } ... on B { __typename id } }',
    '{ ... on Node { __typename id } ... on A { __typename in { x list } x } }',
    '{ __typename id x }',
  ])('is equal exactly if its representation is: %s', (text) => {
    const selections = requires(text);
    const keyOf = compileEntityKey(schema, selections);
    const represent = compileRepresentation(schema, selections);
    const written = (each: Record<string, unknown>) => JSON.stringify(represent(each)) ?? 'none';

    fc.assert(
      fc.property(entity, entity, (one, other) => {
        if (keyOf(one) === keyOf(other)) expect(written(one)).toBe(written(other));
        if (written(one) === written(other) && written(one) !== 'none' && JSON.stringify(one) === JSON.stringify(other)) {
          expect(keyOf(one)).toBe(keyOf(other));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
