import { buildSchema, type DocumentNode, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { signatureOf } from './signature.ts';
import { usedElements } from './used-elements.ts';

const schema = buildSchema(`
  scalar Date
  enum Colour { RED GREEN }
  input Where { name: String!  colours: [Colour!]  ids: [ID!]  near: Point }
  input Point { x: Float!  y: Float! }
  interface Named { name: String }
  type Thing implements Named { id: ID!  name: String  size(unit: String = "cm"): Int  other: Thing }
  type Gadget implements Named { name: String  volts: Int }
  union Found = Thing | Gadget
  type Query { things(where: Where, first: Int, at: Date): [Thing!]  found: [Found!]  named: [Named!] }
  type Mutation { login(password: String!, retries: Int): Thing }
`);

const signature = (text: string, name?: string): string => {
  const document = parse(text);
  const definition = getOperationAST(document, name);
  if (!definition) throw new Error('no such operation');
  return signatureOf(document, definition);
};

describe('the text that is kept of an operation', () => {
  const secrets = `mutation Enter($tries: Int = 424242) {
    a: login(password: "hunter2", retries: 777) { ...name }
    b: login(password: """hunter3""", retries: $tries) { size(unit: "hunter4") }
  }
  fragment name on Thing { size(unit: "hunter5") }`;

  it('holds no value that was written into it', () => {
    expect(signature(secrets)).not.toMatch(/hunter|777|424242/);
    expect(signature('{ things(where: { name: "hunter", ids: ["hunter6", 7], near: { x: 12.5, y: 3 } }) { id } }')).not.toMatch(
      /hunter|12|7/,
    );
  });

  it('is valid where the operation is', () => {
    const where = '{ name: "x", colours: [RED, GREEN], ids: ["a", "b"], near: { x: 1.5, y: 2 } }';
    for (const text of [secrets, `{ things(where: ${where}, first: 3, at: "2026-11-27") { id } }`])
      expect(validate(schema, parse(signature(text)))).toEqual([]);
  });

  it('is the same for operations that differ in values alone', () => {
    const asked = (ids: string) => signature(`query Q { things(where: { name: "n", ids: ${ids} }) { id } }`);
    expect(asked('["a"]')).toBe(asked('["b", "c"]'));
    expect(asked('["a"]')).not.toBe(signature('query Q { things(where: { name: "n", ids: ["a"] }) { id name } }'));
  });

  it('is that operation alone, of all in its document, with the fragments it uses', () => {
    const text = 'query A { things { ...one } } query B { found { ...two } } fragment one on Thing { id } fragment two on Thing { name }';
    expect(signature(text, 'B')).toContain('fragment two');
    expect(signature(text, 'B')).not.toMatch(/query A|fragment one/);
  });
});

describe('what an operation uses', () => {
  const used = (text: string): string[] => usedElements(schema, parse(text) satisfies DocumentNode);

  it('is fields by the type they are asked of, through aliases, fragments, interfaces and unions', () => {
    expect(
      used('{ t: things { ...f } found { ... on Gadget { volts } __typename } named { name } } fragment f on Thing { other { id } }'),
    ).toEqual([...['Gadget.volts', 'Named.name', 'Query.found', 'Query.named', 'Query.things', 'Thing.id', 'Thing.other']]);
  });

  it('is arguments, input fields and enum values, and of variables their types', () => {
    expect(used('query ($c: [Colour!]) { things(where: { name: "n", colours: [RED] }, first: 1) { size(unit: "m") } }')).toEqual([
      ...['Colour', 'Colour.RED', 'Query.things', 'Query.things(first:)', 'Query.things(where:)'],
      ...['Thing.size', 'Thing.size(unit:)', 'Where.colours', 'Where.name'],
    ]);
  });

  it('is nothing for introspection', () => {
    expect(used('{ __schema { types { name } } __type(name: "Thing") { kind } __typename }')).toEqual([]);
  });
});
