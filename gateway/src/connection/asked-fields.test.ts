import { anonymous } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import type { SubgraphConnection } from '../execute/subgraph-connection.ts';
import { createAskedFields } from './asked-fields.ts';

const caller = { claims: anonymous, requestId: 'r' };

/** What is kept of an answer to a question. */
const keptOf = async (query: string, data: unknown) => {
  const answer = () => structuredClone({ data }) as { data: Record<string, unknown> };
  const plugin: SubgraphConnection = {
    name: 'crm',
    request: async () => answer(),
    async *subscribe() {
      yield answer();
    },
  };
  const connection = createAskedFields()(plugin);
  const asked = await connection.request({ query }, caller);
  for await (const event of connection.subscribe({ query }, caller)) expect(event).toEqual(asked);
  return asked.data;
};

describe('an answer of a plugin', () => {
  it('is kept as far as it was asked for, by its response keys', async () => {
    const data = { a: 1, n: { b: 2, c: 3, list: [[{ d: 4, e: 5 }], null] }, free: { any: { thing: [1] } }, me: { id: 'forged' } };
    expect(await keptOf('{ a n: crm { c list { d } } free }', data)).toEqual({
      a: 1,
      n: { c: 3, list: [[{ d: 4 }], null] },
      free: { any: { thing: [1] } },
    });
  });

  it('may hold what any of its fragments asks for', async () => {
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on A { x y { p } } ... on B { ...F } } } fragment F on B { y { q } z }';
    const entity = { x: 1, y: { p: 1, q: 2, r: 3 }, z: 4, __typename: 'User', id: 'forged' };
    expect(await keptOf(query, { _entities: [entity] })).toEqual({ _entities: [{ x: 1, y: { p: 1, q: 2 }, z: 4 }] });
  });

  it('may be null or of another shape, which others judge', async () => {
    for (const data of [null, { a: 'text' }, { a: [null, 1] }]) expect(await keptOf('{ a { b } }', data)).toEqual(data);
  });
});
