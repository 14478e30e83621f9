import { describe, expect, it } from 'vitest';
import { fieldsOf, filledValues, problemsOf, startingValues } from './form-fields.ts';

const schema = {
  type: 'object',
  required: ['currency'],
  properties: {
    currency: { type: 'string', enum: ['EUR', 'USD'], default: 'EUR', title: 'Currency' },
    days: { type: 'integer', minimum: 1, maximum: 365, default: 90, description: 'How long' },
    key: { type: 'string', writeOnly: true },
    loud: { type: 'boolean' },
  },
};

describe('the form of a plugin’s configuration', () => {
  it('has an input for each property, of the kind that its schema says', () => {
    expect(fieldsOf(schema).map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['currency', 'choice', true],
      ['days', 'number', false],
      ['key', 'secret', false],
      ['loud', 'boolean', false],
    ]);
  });

  it('starts from the values there are, else from the defaults', () => {
    expect(startingValues(schema, { days: 7 })).toEqual({ currency: 'EUR', days: 7, key: undefined, loud: undefined });
  });

  it('keeps a secret that is not typed again', () => {
    expect(filledValues({ currency: 'EUR', key: '' })).toEqual({ currency: 'EUR' });
  });

  it('names the field that does not fit', () => {
    expect(Object.keys(problemsOf(schema, { currency: 'EUR', days: 0 }))).toEqual(['days']);
    expect(problemsOf(schema, { currency: 'EUR', days: 7 })).toEqual({});
  });
});
