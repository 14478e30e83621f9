import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { exactNumbers } from './exact-numbers.ts';

const schema = buildSchema(`
  scalar Long scalar JSON
  input Of { long: Long json: JSON float: Float id: ID of: [Of] }
  type Query { long(is: Long): Int json(is: JSON): Int of(this: Of): Int float(is: Float): Int id(is: ID): Int }
`);
const wrongWith = (text: string) => validate(schema, parse(text), [exactNumbers]).length;

describe('a number', () => {
  it.each([
    '{ long(is: 9007199254740993) }',
    '{ long(is: -12345678901234.1234567) }',
    '{ json(is: { a: [1, 12345678901234567890] }) }',
    '{ of(this: { of: { long: 9007199254740993 } }) }',
    '{ of(this: { of: [{ json: { x: 0.12345678901234567890 } }] }) }',
    'query ($long: Long = 9007199254740993) { long(is: $long) }',
  ])('is refused where digits of it would be lost: %s', (text) => {
    expect(wrongWith(text)).toBe(1);
  });

  it.each([
    '{ long(is: 9007199254740991) }',
    '{ long(is: 100000000000000000000000) }',
    '{ long(is: 1.50) json(is: [0, -0.0, 0.1, 1e21, 1.5E-7, 0.5e3]) }',
    '{ of(this: { float: 12345678901234567890, id: 12345678901234567890, long: 1e400 }) }',
    '{ float(is: 0.12345678901234567890) id(is: 12345678901234567890) }',
  ])('is not where they aren’t, or mean nothing: %s', (text) => {
    expect(wrongWith(text)).toBe(0);
  });
});
