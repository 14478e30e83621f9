import { buildSchema, executeSync, getIntrospectionQuery, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createOperationCost } from './operation-cost.ts';

/** As large as a set of many plugins. */
const schema = buildSchema(`
  type Query { ${Array.from({ length: 40 }, (_, at) => `thing${at}(id: ID!): Thing${at}`).join(' ')} }
  interface Named { name: String! }
  union Any = ${Array.from({ length: 40 }, (_, at) => `Thing${at}`).join(' | ')}
  ${Array.from(
    { length: 40 },
    (_, at) => `
      type Thing${at} implements Named { name: String!  ${Array.from({ length: 12 }, (_, next) => `f${next}(first: Int, after: String): [Thing${(at + next) % 40}!]!`).join(' ')} }
      input Input${at} { a: ID!  b: [String!]!  c: Input${(at + 1) % 40} }
      enum Kind${at} { A B C D }`,
  ).join('\n')}`);
const cost = createOperationCost(schema);

const costsOf = (query: string) => {
  const document = parse(query);
  const operation = getOperationAST(document) as OperationDefinitionNode;
  const { data } = executeSync({ schema, document });
  return { estimated: cost.estimate(document, operation, {}).total, actual: cost.actual(document, operation, {}, data).total };
};

const leaves = Array.from({ length: 40 }, (_, at) => `a${at}: description`).join(' ');

describe('what it costs to look at the schema', () => {
  it.each([
    getIntrospectionQuery(),
    '{ __type(name: "Thing1") { name fields { name type { name } } } }',
    '{ __schema { types { ...T } } } fragment T on __Type { name fields { name args { name } } enumValues { name } inputFields { name } }',
    '{ a: __schema { types { name } } b: __schema { types { name } } directive: __schema { directives { name args { name } } } }',
    '{ __schema { types { possibleTypes { name } interfaces { name } } } }',
    `{ __schema { types { fields { type { ofType { ofType { ofType { fields { ${leaves} } } } } } } } } }`,
  ])('is estimated close enough: %s', (query) => {
    const { estimated, actual } = costsOf(query);
    expect(actual).toBeGreaterThan(0);
    expect(estimated).toBeGreaterThan(actual / 3);
    expect(estimated).toBeLessThan(actual * 3 + 20);
  });

  it('is within the limit for what tools ask, and far over it for what goes round or is asked many times', () => {
    const estimated = (query: string) => costsOf(query).estimated;
    expect(estimated(getIntrospectionQuery())).toBeLessThan(20_000);
    expect(estimated(`{ __schema { types { fields { type { fields { ${leaves} } } } } } }`)).toBeGreaterThan(50_000);
    expect(
      estimated(
        `{ ${Array.from({ length: 25 }, (_, at) => `a${at}: __schema { types { fields { name type { fields { name } } } } }`).join(' ')} }`,
      ),
    ).toBeGreaterThan(50_000);
  });

  it('is nothing where it is left out', () => {
    const document = parse('query ($look: Boolean = false) { __schema @include(if: $look) { types { name } } __typename }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    expect(cost.estimate(document, operation, {}).total).toBe(0);
    expect(cost.estimate(document, operation, { look: true }).total).toBeGreaterThan(10);
  });
});
