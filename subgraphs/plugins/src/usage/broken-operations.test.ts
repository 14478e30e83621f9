import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { brokenOperations } from './broken-operations.ts';

const before = buildSchema(
  'enum Sort { NAME AGE } type Query { things(sort: Sort, where: Where): [Thing] } input Where { name: String } type Thing { id: ID name: String }',
);
const after = buildSchema(
  'enum Sort { NAME } type Query { things(sort: Sort, where: Where, tenant: ID!): [Thing] } input Where { name: String } type Thing { id: ID }',
);
const used = (...texts: string[]) => texts.map((text, index) => ({ hash: String(index), name: null, text, calls: 1 }));
const problems = (text: string, to = after) => brokenOperations(before, to, used(text)).flatMap((broken) => broken.problems);

describe('operations that a change would break', () => {
  it('are those that used what is gone, or lack what is required now', () => {
    const kind = buildSchema(
      'enum Sort { NAME } type Query { things(sort: Sort, where: Where): [Thing] } input Where { name: String, age: Int! } type Thing { id: ID }',
    );

    expect(problems('{ things { name } }', kind)).toEqual([expect.stringContaining('"name"')]);
    expect(problems('{ things(sort: AGE) { id } }', kind)).toEqual([expect.stringContaining('"AGE"')]);
    expect(problems('{ things(where: { name: "" }) { id } }', kind)).toEqual([expect.stringContaining('Where.age')]);
    expect(problems('{ things { id } }')).toEqual([expect.stringContaining('"tenant"')]);
    expect(problems('{ things { id } }', kind)).toEqual([]);
  });

  it('are not those that were invalid before, as far as these schemas tell', () => {
    expect(problems('{ things { id  elsewhere } other }', before)).toEqual([]);
    expect(problems('{ things(tenant: "") { id  elsewhere  name } }')).toEqual([expect.stringContaining('"name"')]);
  });
});
