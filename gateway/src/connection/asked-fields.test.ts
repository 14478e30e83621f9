import { anonymous } from '@plexica/plugin-kit';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { SubgraphAnswer, SubgraphConnection } from '../execute/subgraph-connection.ts';
import { createAskedFields } from './asked-fields.ts';

/** Of a plugin set: the core's types, and those of the plugin `crm`. */
const schema = buildSchema(`
  type Query { me: User  crmParty: CrmParty  crmParties: [CrmParty!]  crmNote: CrmNote  crmAny: CrmAny  crmThing: CrmThing  crmData: JSON }
  type User { id: ID!  email: String  crmNotes: [CrmNote!] }
  type Tenant { id: ID!  crmNote: CrmNote }
  union CrmParty = CrmNote | User
  interface CrmAny { id: ID! }
  interface CrmMore implements CrmAny { id: ID! }
  type CrmNote implements CrmAny & CrmMore { id: ID!  text: String  owner: User }
  type CrmDeal implements CrmAny { id: ID!  text: Int }
  type CrmThing { id: ID! }
  scalar JSON
`);
const caller = { claims: anonymous, requestId: 'r', schema };

/** What is made of an answer to a question. */
const answerOf = async (query: string, data: unknown, variables?: Record<string, unknown>, errors?: unknown): Promise<SubgraphAnswer> => {
  const answer = () => structuredClone({ data, ...(errors !== undefined && { errors }) }) as { data: Record<string, unknown> };
  const plugin: SubgraphConnection = {
    name: 'crm',
    request: async () => answer(),
    async *subscribe() {
      yield answer();
    },
  };
  const connection = createAskedFields()(plugin);
  const asked = await connection.request({ query, variables }, caller);
  for await (const event of connection.subscribe({ query, variables }, caller)) expect(event).toEqual(asked);
  return asked;
};

const keptOf = async (...question: Parameters<typeof answerOf>) => {
  const { data, errors } = await answerOf(...question);
  expect(errors).toBeUndefined();
  return data;
};

const faultAt = (...path: (string | number)[]) => [
  { message: 'The plugin answered an object of a type that can’t stand here.', path, extensions: { code: 'PLUGIN_UNAVAILABLE' } },
];

describe('an answer of a plugin', () => {
  it('is kept as far as it was asked for, by its response keys', async () => {
    const data = { a: 1, n: { b: 2, c: 3, list: [[{ d: 4, e: 5 }], null] }, free: { any: { thing: [1] } }, me: { id: 'forged' } };
    expect(await keptOf('{ a n: crm { c list { d } } free }', data)).toEqual({
      a: 1,
      n: { c: 3, list: [[{ d: 4 }], null] },
      free: { any: { thing: [1] } },
    });
  });

  it('may hold what any of its fragments asks for, where its type is not known', async () => {
    const query = '{ crmParty { ... on CrmNote { text owner { id } } ...F } } fragment F on User { email owner: crmNotes { text } }';
    const party = { text: 1, owner: { id: 1, text: 2, email: 3 }, email: 4, __typename: 'User', id: 'forged' };
    expect(await keptOf(query, { crmParty: party })).toEqual({ crmParty: { text: 1, owner: { id: 1, text: 2 }, email: 4 } });
  });

  it('holds what was asked of its type, where that is known', async () => {
    const query = '{ crmParty { __typename ... on CrmNote { text email: text } ... on User { id } } }';
    const party = { __typename: 'User', id: 'user-1', email: 'forged', text: 'forged' };
    expect(await keptOf(query, { crmParty: party })).toEqual({ crmParty: { __typename: 'User', id: 'user-1' } });
  });

  it('may be null or of another shape, which others judge', async () => {
    for (const data of [null, { a: 'text' }, { a: [null, 1] }]) expect(await keptOf('{ a { b } }', data)).toEqual(data);
  });
});

describe('an object that a plugin answers', () => {
  const party = '{ crmParty { __typename ... on User { id } ... on CrmNote { text } } }';
  const any = '{ crmAny { type: __typename id } }';
  const note = '{ crmNote { __typename owner { __typename id } } }';

  it('may be of each type that the set has for its place', async () => {
    for (const data of [
      { crmParty: { __typename: 'User', id: '1' } },
      { crmParty: { __typename: 'CrmNote', text: 'x' } },
      { crmParty: null },
    ])
      expect(await keptOf(party, data)).toEqual(data);
    // A subgraph with an interface object knows the interface alone.
    for (const type of ['CrmNote', 'CrmDeal', 'CrmMore', 'CrmAny'])
      expect(await keptOf(any, { crmAny: { type, id: '1' } })).toEqual({ crmAny: { type, id: '1' } });
    const data = { crmNote: { __typename: 'CrmNote', owner: { __typename: 'User', id: '1' } } };
    expect(await keptOf(note, data)).toEqual(data);
  });

  it.each([
    ['of the core', party, 'crmParty', { __typename: 'Tenant', id: '1' }],
    ['of its own, in another place', party, 'crmParty', { __typename: 'CrmDeal' }],
    ['that nobody has', party, 'crmParty', { __typename: 'Nothing' }],
    ['that is the union itself', party, 'crmParty', { __typename: 'CrmParty' }],
    ['that is the root', party, 'crmParty', { __typename: 'Query' }],
    ['that every object inherits', party, 'crmParty', { __typename: 'constructor' }],
    ['that is no name', party, 'crmParty', { __typename: { toString: 'User' } }],
    ['that is null', party, 'crmParty', { __typename: null }],
    ['beyond its interface, by an alias', any, 'crmAny', { type: 'User', id: '1' }],
    ['that is a scalar', any, 'crmAny', { type: 'JSON', id: '1' }],
    ['other than the one it can be', note, 'crmNote', { __typename: 'User' }],
  ])('is null, with an error, where it is of a type %s', async (_, query, field, object) => {
    expect(await answerOf(query, { [field]: object })).toEqual({ data: { [field]: null }, errors: faultAt(field) });
  });

  it('takes nothing along of what stands beside it', async () => {
    const query = '{ crmParties { __typename ... on User { id } } crmData }';
    const data = {
      crmParties: [{ __typename: 'User', id: '1' }, { __typename: 'Tenant', id: '2' }, null],
      crmData: { __typename: 'Tenant' },
    };
    expect(await answerOf(query, data)).toEqual({
      data: { crmParties: [{ __typename: 'User', id: '1' }, null, null], crmData: { __typename: 'Tenant' } },
      errors: faultAt('crmParties', 1),
    });
  });

  it('is told of ten times in one answer, not without end', async () => {
    const crmParties = Array.from({ length: 1_000 }, () => ({ __typename: 'Tenant' }));
    const { data, errors } = await answerOf('{ crmParties { __typename } }', { crmParties });
    expect(errors).toHaveLength(10);
    expect(new Set(data?.crmParties as unknown[])).toEqual(new Set([null]));
  });
});

describe('an entity that a plugin answers', () => {
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
    ... on User { __typename crmNotes { text } } ... on Tenant { __typename email: crmNote { text } } ... on CrmAny { __typename id }
  } }`;
  const r = (...types: string[]) => ({ r: types.map((__typename) => ({ __typename, id: '1' })) });

  it('is of the type it was asked for as, or of one of its interface', async () => {
    const _entities = [
      { __typename: 'User', crmNotes: [{ text: 'x' }] },
      { __typename: 'Tenant' },
      { __typename: 'CrmNote', id: '1' },
      { __typename: 'CrmAny' },
      null,
    ];
    expect(await keptOf(query, { _entities }, r('User', 'Tenant', 'CrmAny', 'CrmAny', 'User'))).toEqual({ _entities });
  });

  it.each([
    ['User', 'Tenant'],
    ['Tenant', 'User'],
    ['User', 'CrmNote'],
    ['CrmNote', 'CrmAny'],
    ['CrmAny', 'User'],
    ['User', 'Nothing'],
  ])('is null, with an error, where it was asked for as %s and calls itself %s', async (asked, __typename) => {
    const entities = [{ __typename: asked }, { __typename }];
    expect(await answerOf(query, { _entities: entities }, r(asked, asked))).toEqual({
      data: { _entities: [{ __typename: asked }, null] },
      errors: faultAt('_entities', 1),
    });
  });

  it('holds nothing that was asked of entities of another type under the same name', async () => {
    const forged = { crmNotes: [{ text: 'x' }], email: { text: 'forged' } };
    expect(await keptOf(query, { _entities: [forged] }, r('User'))).toEqual({ _entities: [{ crmNotes: [{ text: 'x' }] }] });
  });

  it('is none where it is a list or a text', async () => {
    expect(await keptOf(query, { _entities: [[{ __typename: 'User' }], 'User'] }, r('User', 'User'))).toEqual({ _entities: [null, null] });
  });
});

it('a scalar that is nested too deep is none, wherever it stands', async () => {
  const deep = JSON.parse(`${'{"a":['.repeat(300)}${']}'.repeat(300)}`);
  const { data, errors } = await answerOf('{ crmData other: crmData }', { crmData: deep, other: { a: [1] } });
  expect(data).toEqual({ crmData: null, other: { a: [1] } });
  expect(errors).toEqual([
    { message: 'The plugin answered a value that is nested too deep.', path: ['crmData'], extensions: { code: 'PLUGIN_UNAVAILABLE' } },
  ]);
});

describe('the errors of a plugin', () => {
  const told = async (errors: unknown) => (await answerOf('{ crmNote { text } mine: crmThing { id } }', null, undefined, errors)).errors;

  it('stand where it was asked, or nowhere', async () => {
    const errors = [
      { message: 'a', path: ['crmNote', 'text'] },
      { message: 'b', path: ['mine'], extensions: { code: 'MINE' } },
      { message: 'c', path: ['me', 'email'] },
      { message: 'd', path: ['crmThing'] },
      { message: 'e', path: 'me' },
      { message: 'f' },
    ];
    expect(await told(errors)).toEqual([errors[0], errors[1], { message: 'c' }, { message: 'd' }, { message: 'e' }, { message: 'f' }]);
  });

  it('are as many as anybody reads, whatever they are', async () => {
    expect(await told(Array.from({ length: 50_000 }, () => ({ message: 'x', path: ['crmNote'] })))).toHaveLength(100);
    expect(await told([null, 1, 'text', []])).toEqual([{ message: '' }, { message: '' }, { message: '' }, { message: '' }]);
    expect(await told('text')).toBe('text');
  });

  it('are as long as anybody reads', async () => {
    const [error] = (await told([
      { message: 'm'.repeat(1_000_000), extensions: { code: 'C'.repeat(1_000), text: 'x'.repeat(1_000_000) } },
    ])) as unknown[] as [{ message: string; extensions: object }];
    expect([error.message.length, error.extensions]).toEqual([1_000, { code: 'C'.repeat(64) }]);
    expect(await told([{ message: 'm', path: ['crmNote', 'x'.repeat(1_000_000)] }])).toEqual([{ message: 'm' }]);
    expect(await told([{ message: 'm', path: ['crmNote', ...Array(1_000).fill(0)] }])).toEqual([{ message: 'm' }]);
  });

  it('say nothing of the whole request', async () => {
    const codes = ['SERVICE_UNAVAILABLE', 'PERSISTED_QUERY_NOT_FOUND', 'CRM_FULL'];
    const errors = codes.map((code) => ({ message: 'm', extensions: { code, hint: 1 } }));
    expect(((await told(errors)) as typeof errors).map(({ extensions }) => extensions)).toEqual([
      { code: 'PLUGIN_UNAVAILABLE', hint: 1 },
      { code: 'PLUGIN_UNAVAILABLE', hint: 1 },
      { code: 'CRM_FULL', hint: 1 },
    ]);
  });
});
