import { buildSchema, getOperationAST, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal/principal.ts';
import { createAuthorize } from './authorize.ts';
import { readRequirements } from './requirements.ts';

type Place =
  | 'field'
  | 'object'
  | 'interface'
  | 'interfaceField'
  | 'narrower'
  | 'narrowerField'
  | 'beside'
  | 'objectField'
  | 'scalar'
  | 'enum'
  | 'member'
  | 'extension';

/** Everything that a guard may stand on, guarded in one place alone. */
const schemaGuardedAt = (place: Place, guard: string) => {
  const at = (here: Place) => (here === place ? guard : '');
  return buildSchema(`
    directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
    directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
    type Query { open: Int  book: Book  media: Media  printed: Printed  found: Found }
    scalar Pay ${at('scalar')}
    enum Kind ${at('enum')} { A }
    interface Media ${at('interface')} { title: String ${at('interfaceField')} }
    interface Printed implements Media ${at('narrower')} { title: String ${at('narrowerField')} }
    interface Named ${at('beside')} { title: String }
    type Book implements Media & Printed & Named ${at('object')} { title: String ${at('objectField')}  isbn: Int ${at('field')}  pay: Pay  kind: Kind  pages: Int }
    type Film ${at('member')} { minutes: Int }
    union Found = Book | Film
    ${place === 'extension' ? `extend type Book ${guard}` : ''}`);
};

const nobody: Principal = { kind: 'anonymous' };
const holding = (...permissions: string[]): Principal => ({
  kind: 'signed-in',
  identity: { realm: 'a', subject: 'u', session: 's', issuedAt: 0, expiresAt: 0 },
  user: { id: 'u', email: '', displayName: '' },
  roles: ['librarian'],
  permissions,
  revoked: false,
  added: {},
});
const guards = {
  '@authenticated': { guard: '@authenticated', out: nobody, within: holding() },
  '@requiresScopes': { guard: '@requiresScopes(scopes: [["b.read"]])', out: holding('c.read'), within: holding('b.read') },
  '@policy': { guard: '@policy(policies: [["role:librarian"]])', out: { ...holding('*'), roles: [] }, within: holding() },
} as const;

/** By where the guard stands: ways to ask for what is behind it, and the name that must be gone. */
const ways: Readonly<Record<Place, readonly (readonly [text: string, gone: string])[]>> = {
  field: [
    ['{ open book { isbn } }', 'isbn'],
    ['{ open b: book { title: isbn } }', 'isbn'],
    ['{ open book { ...F } } fragment F on Book { ... { ...G } } fragment G on Book { isbn }', 'isbn'],
    ['{ open media { ... on Book { isbn } } }', 'isbn'],
    ['{ open found { ... on Book { isbn } } }', 'isbn'],
    ['{ open found { ... on Media { ... on Book { x: isbn } } } }', 'isbn'],
  ],
  object: [
    ['{ open book { pages } }', 'book'],
    ['{ open a: book { pages } b: book { pages } }', 'book'],
    ['{ open media { ... on Book { pages } } }', 'pages'],
    ['{ open media { title } }', 'title'],
    ['{ open found { ...F } } fragment F on Book { n: pages }', 'pages'],
    ['{ open media { title ... on Book { __typename } } }', 'Book'],
  ],
  extension: [
    ['{ open book { pages } }', 'book'],
    ['{ open found { ... on Book { __typename } } }', 'Book'],
  ],
  interface: [
    ['{ open found { ... on Media { __typename } } }', 'Media'],
    ['{ open found { ... on Media { ... on Book { __typename } } } }', 'Book'],
    ['{ open media { title } }', 'media'],
    ['{ open found { ... on Media { title } } }', 'title'],
    ['{ open book { title } }', 'title'],
  ],
  interfaceField: [
    ['{ open media { title } }', 'title'],
    ['{ open book { t: title } }', 'title'],
    ['{ open found { ... on Book { title } } }', 'title'],
  ],
  narrower: [
    ['{ open printed { title } }', 'printed'],
    ['{ open media { title } }', 'title'],
    ['{ open media { ... on Book { t: title } } }', 'title'],
    ['{ open found { ... on Media { title } } }', 'title'],
  ],
  narrowerField: [
    ['{ open media { title } }', 'title'],
    ['{ open printed { title } }', 'title'],
    ['{ open media { ... on Printed { title } } }', 'title'],
    ['{ open book { title } }', 'title'],
  ],
  beside: [
    ['{ open media { title } }', 'title'],
    ['{ open found { ... on Named { title } } }', 'title'],
    ['{ open book { ... on Media { title } } }', 'title'],
  ],
  objectField: [
    ['{ open book { title } }', 'title'],
    ['{ open media { title } }', 'title'],
    ['{ open media { ...F } } fragment F on Media { title }', 'title'],
    ['{ open found { ... on Media { title } } }', 'title'],
  ],
  scalar: [
    ['{ open book { pay } }', 'pay'],
    ['{ open media { ... on Book { p: pay } } }', 'pay'],
  ],
  enum: [
    ['{ open book { kind } }', 'kind'],
    ['{ open found { ... on Book { k: kind } } }', 'kind'],
  ],
  member: [
    ['{ open found { ... on Film { minutes } } }', 'minutes'],
    ['{ open found { ...F } } fragment F on Found { ... on Film { m: minutes } }', 'minutes'],
    ['{ open found { ... on Film { __typename } } }', 'Film'],
    ['{ open found { ... on Film { ... on Found { t: __typename } } } }', 'Film'],
    ['{ open found { ...F } } fragment F on Found { ...G } fragment G on Film { __typename }', 'Film'],
  ],
};

describe.each(Object.entries(guards))('%s', (_, { guard, out, within }) => {
  const cases = Object.entries(ways).flatMap(([place, texts]) => texts.map(([text, gone]) => [place as Place, text, gone] as const));

  it.each(cases)('on %s holds for %s', (place, text, gone) => {
    const schema = schemaGuardedAt(place, guard);
    const authorize = createAuthorize(schema, readRequirements(schema));
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');

    const refused = authorize(document, operation, out);
    const permitted = authorize(document, operation, within);

    expect(print(refused.document)).not.toMatch(new RegExp(`\\b${gone}\\b`));
    expect(print(refused.document)).toContain('open');
    expect(refused.missing(undefined).length).toBeGreaterThan(0);
    expect([permitted.document, permitted.withheld, permitted.missing(undefined)]).toEqual([document, [], []]);
  });
});
