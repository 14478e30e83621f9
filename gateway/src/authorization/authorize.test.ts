import { buildSchema, getOperationAST, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { anonymousPrincipal, type Principal } from '../principal/principal.ts';
import { createAuthorize } from './authorize.ts';
import { readRequirements } from './requirements.ts';

const schema = buildSchema(`
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  type Query { me: User @authenticated  open: Thing  things: [Thing!]!  must: Int! @authenticated  audit: Secret  media: [Media]  found: [Found]  closed: Int @requiresScopes(scopes: []) }
  type User { id: ID!  name: String  salary: Int @requiresScopes(scopes: [["pay.read"], ["hr.read", "hr.write"]]) wage: Pay }
  scalar Pay @requiresScopes(scopes: [["pay.read"]])
  type Thing { id: ID!  secret: Int! @requiresScopes(scopes: [["things.read"]])  owner: User  admin: Int @policy(policies: [["role:super_admin"]]) }
  type Secret @requiresScopes(scopes: [["audit.read"]]) { text: String }
  interface Media { title: String  price: Int  author: User }
  type Book implements Media { title: String  price: Int @requiresScopes(scopes: [["books.read"]])  author: User }
  type Film implements Media { title: String  price: Int @requiresScopes(scopes: [["films.read"]])  author: User }
  union Found = Secret | Thing
`);
const authorize = createAuthorize(schema, readRequirements(schema));
const holding = (...permissions: string[]): Principal => ({
  kind: 'signed-in',
  identity: { realm: 'a', subject: 'u', session: 's', issuedAt: 0, expiresAt: 0 },
  user: { id: 'u', email: '', displayName: '' },
  roles: [],
  permissions,
  revoked: false,
  added: {},
});
const ask = (text: string, principal: Principal, answer: unknown = {}, variables?: Record<string, unknown>) => {
  const document = parse(text, { noLocation: true });
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const permitted = authorize(document, operation, principal);
  const { data, errors } = permitted.complete(answer as Record<string, unknown>, variables);
  const asked = print(permitted.document).replace(/\s+/g, ' ');
  return { asked, permitted, data, errors: errors.map(({ extensions, path }) => `${path?.join('.')} ${extensions.code}`) };
};
const type = '__type_of_object';

describe('authorizing an operation', () => {
  it('leaves one alone that its caller may ask', () => {
    expect(ask('{ me { id salary } }', holding('pay.read'))).toMatchObject({ asked: '{ me { id salary } }', errors: [] });
    expect(ask('{ me { salary } }', holding('hr.*')).errors).toEqual([]);
  });

  it('takes a field away and answers null with an error at its path', () => {
    const { asked, data, errors } = ask('{ me { id pay: salary } }', holding('hr.read'), { me: { id: '1' } });
    expect(asked).toBe('{ me { id } }');
    expect(data).toEqual({ me: { id: '1', pay: null } });
    expect(errors).toEqual(['me.pay FORBIDDEN']);
  });

  it('asks no subgraph when nothing is left', () => {
    const { permitted, data, errors } = ask('{ a: me { id } b: me { id } }', anonymousPrincipal);
    expect(permitted.asksAnything).toBe(false);
    expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: ['a UNAUTHENTICATED', 'b UNAUTHENTICATED'] });
    expect(ask('{ must }', anonymousPrincipal).data).toBeNull();
  });

  it('lets the null of a non-null field go up to where it may stand, in each item of a list', () => {
    expect(ask('{ open { id secret } }', holding(), { open: { id: '1' } }).data).toEqual({ open: null });
    const list = ask('{ things { id secret } }', holding(), { things: [{ id: '1' }, { id: '2' }] });
    expect(list.data).toBeNull();
    expect(list.errors[0]).toBe('things.0.secret FORBIDDEN');
  });

  it('sees through aliases, inline fragments and named fragments', () => {
    const { asked, data, errors } = ask(
      'query { a: open { ...F ... on Thing { b: admin } } } fragment F on Thing { c: admin owner { ...G } } fragment G on User { salary }',
      holding(),
      { a: { owner: { [type]: 'User' } } },
    );
    expect(data).toEqual({ a: { b: null, c: null, owner: { salary: null } } });
    expect(errors).toEqual(['a.c FORBIDDEN', 'a.owner.salary FORBIDDEN', 'a.b FORBIDDEN']);
    expect(asked).not.toMatch(/admin|salary/);
  });

  it('guards a type wherever it is reached: as an answer, as a scalar, within a union', () => {
    expect(ask('{ audit { text } }', holding()).errors).toEqual(['audit FORBIDDEN']);
    expect(ask('{ audit { text } }', anonymousPrincipal).errors).toEqual(['audit UNAUTHENTICATED']);
    expect(ask('{ me { wage } }', holding(), { me: {} }).errors).toEqual(['me.wage FORBIDDEN']);
    const { asked, data, errors } = ask('{ found { ... on Secret { text } ... on Thing { id } } }', holding(), {
      found: [{ [type]: 'Secret' }, { [type]: 'Thing', id: '1' }],
    });
    expect(asked).not.toContain('text');
    expect(data).toEqual({ found: [{ text: null }, { id: '1' }] });
    expect(errors).toEqual(['found.0.text FORBIDDEN']);
  });

  it.each([
    '{ found { ... on Secret { __typename } ... on Thing { id } } }',
    '{ found { ...F } } fragment F on Found { ...G ... on Thing { id } } fragment G on Secret { __typename }',
    '{ found { ... on Secret { ... { ... on Found { __typename } } } ... on Thing { id } } }',
  ])('answers nothing of a fragment on a type that its caller may not see, not even a type: %s', (text) => {
    const answered = () => ({ found: [{ [type]: 'Secret' }, { [type]: 'Thing', id: '1' }] });
    const { asked, data, errors } = ask(text, holding(), answered());
    expect(asked).not.toContain('Secret');
    // Its object still stands in the list.
    expect([data, errors]).toEqual([{ found: [{}, { id: '1' }] }, ['found.0.__typename FORBIDDEN']]);
    expect(ask(text, anonymousPrincipal, answered()).errors).toEqual(['found.0.__typename UNAUTHENTICATED']);
    expect(ask(text, holding('audit.read')).permitted.withheld).toEqual([]);
    expect(ask(text, holding()).permitted.missing(undefined)).toEqual(['found.__typename']);
  });

  it('answers the type of an object that is asked for outside such a fragment', () => {
    const text = 'query ($with: Boolean = true) { found { kind: __typename ... on Secret @include(if: $with) { __typename text } } }';
    const answered = () => ({ found: [{ [type]: 'Secret', kind: 'Secret' }] });
    const { data, errors } = ask(text, holding(), answered());
    expect(data).toEqual({ found: [{ kind: 'Secret', text: null }] });
    expect(errors).toEqual(['found.0.__typename FORBIDDEN', 'found.0.text FORBIDDEN']);
    expect(ask(text, holding(), answered(), { with: false })).toMatchObject({ data: { found: [{ kind: 'Secret' }] }, errors: [] });
    expect(ask('{ found { __typename } }', holding()).permitted.withheld).toEqual([]);
    expect(ask('{ found { __typename ... on Secret { __typename } } }', holding(), { found: [{ __typename: 'Secret' }] }).errors).toEqual(
      [],
    );
  });

  it('asks of an interface’s field what any of its objects ask, and says null only in objects of the guarded type', () => {
    expect(ask('{ media { price } }', holding('books.read'), { media: [{ [type]: 'Film' }] }).errors).toEqual(['media.0.price FORBIDDEN']);
    expect(ask('{ media { price } }', holding('books.read', 'films.read'), { media: [{ price: 1 }] }).errors).toEqual([]);
    const text = '{ media { title ... on Book { price } ... on Film { price } } }';
    const reader = ask(text, holding('books.read'), { media: [{ [type]: 'Book', price: 1 }, { [type]: 'Film' }] });
    expect(reader.data).toEqual({ media: [{ price: 1 }, { price: null }] });
    expect(reader.errors).toEqual(['media.1.price FORBIDDEN']);
  });

  it('tells operations apart that lost other fields under the same name', () => {
    const text = '{ media { ... on Book { price } ... on Film { price } } }';
    const reader = ask(text, holding('books.read'));
    const viewer = ask(text, holding('films.read'));
    expect(reader.permitted.withheld).not.toEqual(viewer.permitted.withheld);
    expect(reader.asked).not.toBe(viewer.asked);
  });

  it('follows a path only through objects of the type that its fragments name', () => {
    const { data, errors } = ask('{ media { ... on Book { author { salary } } ... on Film { author { name } } } }', holding(), {
      media: [
        { [type]: 'Book', author: {} },
        { [type]: 'Film', author: { name: 'Fred' } },
      ],
    });
    expect(data).toEqual({ media: [{ author: { salary: null } }, { author: { name: 'Fred' } }] });
    expect(errors).toEqual(['media.0.author.salary FORBIDDEN']);
  });

  it('says nothing of a field that @skip or @include leave out', () => {
    const text = 'query ($with: Boolean = false) { me { id salary @include(if: $with) ... @skip(if: true) { wage } } }';
    expect(ask(text, holding(), { me: { id: '1' } })).toMatchObject({ data: { me: { id: '1' } }, errors: [] });
    expect(ask(text, holding(), { me: { id: '1' } }, { with: true }).errors).toEqual(['me.salary FORBIDDEN']);
  });

  it('fails closed on an empty list of scopes', () => {
    expect(ask('{ closed }', holding('*')).errors).toEqual(['closed FORBIDDEN']);
  });

  it('keeps its own placeholder apart from what clients call so', () => {
    const { data } = ask(`{ me { ${type}: id salary } media { ... on Book { price } } }`, holding(), {
      me: { [type]: '1' },
      media: [{ [`${type}_`]: 'Book' }],
    });
    expect(data).toEqual({ me: { [type]: '1', salary: null }, media: [{ price: null }] });
  });
});
