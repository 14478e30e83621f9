import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createDocuments, InvalidDocument } from './documents.ts';

const schema = buildSchema(
  'type Query { hello(to: String, kind: Kind, of: Of): String } enum Kind { SMALL LARGE } input Of { name: String }',
);
const suggests = true;

const wrongWith = (text: string, options = { suggests }) => {
  try {
    createDocuments(schema, { maxTokens: 4_000 }).read(text, options);
  } catch (error) {
    if (error instanceof InvalidDocument) return error.errors.map(({ message, extensions }) => [extensions.code, message]);
    throw error;
  }
  return [];
};

describe('documents', () => {
  it('are read once', () => {
    const documents = createDocuments(schema);
    const worked: string[] = [];
    const within = <Made>(work: () => Made) => {
      worked.push('read');
      return work();
    };
    const first = documents.read('{ hello }', { suggests, within });
    expect(documents.read('{ hello }', { suggests, within })).toBe(first);
    expect(documents.known('{ hello }')).toBe(first);
    expect(worked).toHaveLength(1);
  });

  it('are kept as far as there is room for them', () => {
    const documents = createDocuments(schema);
    const small = documents.read('{ hello }', { suggests });
    for (let at = 0; at < 20; at += 1) documents.read(`query Q${at} { hello } ${'#'.repeat(60_000)}`, { suggests });
    expect(documents.known('{ hello }')).toBeUndefined();
    expect(documents.read('{ hello }', { suggests })).not.toBe(small);
  });

  it('are not kept where who asks may keep no more, until they may', () => {
    const documents = createDocuments(schema);
    const { document } = documents.read('{ hello }', { suggests, keeps: () => false });
    expect([documents.known('{ hello }'), documents.isKept(document)]).toEqual([undefined, false]);
    const later = documents.read('{ hello }', { suggests, keeps: () => true });
    expect([documents.known('{ hello }'), documents.isKept(later.document)]).toEqual([later, true]);
  });

  it('are not kept when they are invalid, and not read where their reading is refused', () => {
    const documents = createDocuments(schema);
    expect(() => documents.read('{ hell }', { suggests })).toThrow(InvalidDocument);
    expect(documents.known('{ hell }')).toBeUndefined();
    const within = () => {
      throw new Error('not now');
    };
    expect(() => documents.read('{ hello }', { suggests, within })).toThrow('not now');
    expect(documents.known('{ hello }')).toBeUndefined();
  });

  it('tell all that is wrong with them, by its code', () => {
    expect(wrongWith('{ hello')).toEqual([['GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.']]);
    expect(wrongWith('{ a b }').map(([code]) => code)).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED']);
    expect(wrongWith(`{ ${'hello '.repeat(4_001)} }`)).toEqual([['COST_EXCEEDED', expect.stringContaining('4000 tokens')]]);
  });

  it('tell no more of it than helps, with names that are like a wrong one', () => {
    expect(wrongWith(`{ ${'wrong '.repeat(200)} }`).length).toBeLessThan(30);
    expect(wrongWith('{ hell }')[0]?.[1]).toContain('Did you mean "hello"?');
  });

  it.each([
    '{ hell }',
    '{ hello(too: "a") }',
    '{ hello(kind: SMAL) }',
    '{ hello(kind: "SMALL") }',
    '{ hello(of: { nam: "a" }) }',
    'query ($kind: Kin) { hello(kind: $kind) }',
    '{ ... on Quer { hello } }',
    '{ hello @skip(iff: true) }',
  ])('tell no names to who may not see them: %s', (text) => {
    expect(wrongWith(text).map(String).join()).toContain('Did you mean');
    expect(wrongWith(text, { suggests: false }).map(String).join()).not.toContain('Did you mean');
  });
});
