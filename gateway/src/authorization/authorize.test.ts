import { buildSchema, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { anonymousPrincipal, type Principal } from '../principal/principal.ts';
import { authorize } from './authorize.ts';
import { readRequirements } from './requirements.ts';

const schema = buildSchema(`
  directive @authenticated on FIELD_DEFINITION | OBJECT
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  type Query { me: User @authenticated  open: Thing  things: [Thing!]!  must: Int! @authenticated  audit: Secret }
  type User { id: ID!  salary: Int @requiresScopes(scopes: [["pay.read"], ["hr.read", "hr.write"]]) }
  type Thing { id: ID!  secret: Int! @requiresScopes(scopes: [["things.read"]])  owner: User  admin: Int @policy(policies: [["role:super_admin"]]) }
  type Secret @requiresScopes(scopes: [["audit.read"]]) { text: String }
`);
const requirements = readRequirements(schema);
const holding = (...permissions: string[]): Principal => ({
  kind: 'signed-in',
  identity: { realm: 'a', subject: 'u', session: 's', issuedAt: 0, expiresAt: 0 },
  user: { id: 'u', email: '', displayName: '' },
  roles: [],
  permissions,
  revoked: false,
  added: {},
});
const ask = (text: string, principal: Principal) => authorize(parse(text), schema, requirements, principal);
const codes = (errors: readonly { extensions: Record<string, unknown>; path?: readonly unknown[] }[]) =>
  errors.map(({ extensions, path }) => [extensions.code, path?.join('.')]);

describe('authorizing an operation', () => {
  it('leaves one alone that its caller may ask', () => {
    const document = parse('{ me { id salary } }');
    expect(authorize(document, schema, requirements, holding('pay.read')).document).toBe(document);
    expect(ask('{ me { salary } }', holding('hr.*')).removed).toBe('');
  });

  it('takes a field away and answers null with an error at its path', () => {
    const permitted = ask('{ me { id pay: salary } }', holding('hr.read'));
    const { data, errors } = permitted.complete({ me: { id: '1' } });
    expect(data).toEqual({ me: { id: '1', pay: null } });
    expect(codes(errors)).toEqual([['FORBIDDEN', 'me.pay']]);
  });

  it('lets the null of a non-null field go up to where it may stand, in each item of a list', () => {
    const open = ask('{ open { id secret } }', holding()).complete({ open: { id: '1' } });
    expect(open.data).toEqual({ open: null });
    const list = ask('{ things { id secret } }', holding()).complete({ things: [{ id: '1' }, { id: '2' }] });
    expect(list.data).toBeNull();
    expect(codes(list.errors)[0]).toEqual(['FORBIDDEN', 'things.0.secret']);
    expect(ask('{ must }', anonymousPrincipal).complete(undefined).data).toBeNull();
  });

  it('sees through aliases, inline fragments and named fragments', () => {
    const permitted = ask(
      'query { a: open { ...F ... on Thing { b: admin } } } fragment F on Thing { c: admin owner { ...G } } fragment G on User { salary }',
      holding(),
    );
    const { data, errors } = permitted.complete({ a: { owner: {} } });
    expect(data).toEqual({ a: { b: null, c: null, owner: { salary: null } } });
    expect(codes(errors).map(([, path]) => path)).toEqual(['a.c', 'a.owner.salary', 'a.b']);
    expect(JSON.stringify(permitted.document)).not.toContain('"admin"');
  });

  it('guards a type wherever it is reached', () => {
    expect(codes(ask('{ audit { text } }', holding()).complete({}).errors)).toEqual([['FORBIDDEN', 'audit']]);
    expect(codes(ask('{ audit { text } }', anonymousPrincipal).complete({}).errors)).toEqual([['UNAUTHENTICATED', 'audit']]);
  });
});
