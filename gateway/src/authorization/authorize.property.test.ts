import fc from 'fast-check';
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  executeSync,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../principal/principal.ts';
import { createAuthorize } from './authorize.ts';
import { readRequirements, refusalFor } from './requirements.ts';

const schema = buildSchema(`
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  type Query { me: User  must: User!  things: [Thing!]!  maybe: [Thing]  media: [Media]  found: [Found!]  book: Book  count: Int! @requiresScopes(scopes: [["a"]]) }
  type User { id: ID!  name: String @requiresScopes(scopes: [["b"]])  salary: Int! @requiresScopes(scopes: [["a"]])  friend: User  best: User! }
  type Thing { id: ID!  secret: Int! @requiresScopes(scopes: [["a"], ["b"]])  owner: User  keeper: User! @requiresScopes(scopes: [["b"]])  parts: [Thing!] }
  interface Media { title: String  author: User }
  type Book implements Media { title: String  author: User  pages: Int @requiresScopes(scopes: [["a"]])  isbn: Int! @requiresScopes(scopes: [["b"]]) }
  type Film implements Media { title: String  author: User  minutes: Int @requiresScopes(scopes: [["a"]])  studio: User! }
  type Vault @requiresScopes(scopes: [["b"]]) { code: Int!  owner: User }
  union Found = Thing | Book | Vault
`);
const requirements = readRequirements(schema);
const authorize = createAuthorize(schema, requirements);
const variables = { yes: true, no: false };

const holding = (permissions: readonly string[]): Principal => ({
  kind: 'signed-in',
  identity: { realm: 'a', subject: 'u', session: 's', issuedAt: 0, expiresAt: 0 },
  user: { id: 'u', email: '', displayName: '' },
  roles: [],
  permissions,
  revoked: false,
  added: {},
});

const condition = fc.constantFrom(
  '',
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @include(if: $no)',
  ' @skip(if: $no)',
  ' @skip(if: $yes)',
  ' @skip(if: true)',
);

const known = new Map<string, fc.Arbitrary<string>>();

/** Selections of a type, as text. */
const selections = (typeName: string, depth: number): fc.Arbitrary<string> => {
  const key = `${typeName} ${depth}`;
  const made = known.get(key) ?? fc.array(fc.oneof(...pieces(typeName, depth)), { minLength: 1, maxLength: 4 }).map((all) => all.join(' '));
  known.set(key, made);
  return made;
};

const pieces = (typeName: string, depth: number): fc.Arbitrary<string>[] => {
  const type = schema.getType(typeName);
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const asked = fields.flatMap(({ name, type: answer }) => {
    const child = getNamedType(answer);
    if (isCompositeType(child) && depth === 0) return [];
    const inner = isCompositeType(child) ? selections(child.name, depth - 1).map((text) => ` { ${text} }`) : fc.constant('');
    return [fc.tuple(fc.boolean(), condition, inner).map(([alias, when, text]) => `${alias ? `${name}Too: ` : ''}${name}${when}${text}`)];
  });
  if (depth === 0) return [fc.constant('__typename'), ...asked];
  const conditions = isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [typeName];
  if (typeName === 'Book' || typeName === 'Film') conditions.push('Media');
  const fragments = conditions.map((on) =>
    fc.tuple(condition, selections(on, depth - 1)).map(([when, text]) => `... on ${on}${when} { ${text} }`),
  );
  const spread = typeName === 'User' ? [condition.map((when) => `...OfUser${when}`)] : [];
  return [fc.constant('__typename'), ...asked, ...fragments, ...spread];
};

const operation = fc
  .tuple(selections('Query', 4), selections('User', 0))
  .map(([text, ofUser]) => `query ($yes: Boolean!, $no: Boolean = false) { ${text} } fragment OfUser on User { ${ofUser} }`);

const aValue = (type: GraphQLOutputType): unknown => {
  if (isNonNullType(type)) return aValue(type.ofType);
  if (isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0]?.name };
  if (isListType(type)) {
    const item = getNamedType(type);
    return isAbstractType(item)
      ? schema.getPossibleTypes(item).map(({ name }) => ({ __typename: name }))
      : [aValue(type.ofType), aValue(type.ofType)];
  }
  return isCompositeType(type) ? {} : 1;
};

const resolve: GraphQLFieldResolver<unknown, Principal | undefined> = (
  _source,
  _args,
  principal,
  { parentType, fieldName, returnType },
) => {
  const code = principal && refusalFor(requirements.get(`${parentType.name}.${fieldName}`) ?? [], principal);
  if (code) throw new GraphQLError('refused', { extensions: { code } });
  return aValue(returnType);
};

const run = (document: ReturnType<typeof parse>, contextValue: Principal | undefined): ExecutionResult =>
  executeSync({ schema, document, variableValues: variables, contextValue, fieldResolver: resolve });
/** No resolver answers `__typename`, so none can refuse it. */
const withoutTypesOf = (name: string, document: DocumentNode): DocumentNode =>
  visit(document, {
    InlineFragment: {
      leave: (node) => {
        if (node.typeCondition?.name.value !== name) return undefined;
        const selections = node.selectionSet.selections.filter((each) => each.kind !== Kind.FIELD || each.name.value !== '__typename');
        return { ...node, selectionSet: { ...node.selectionSet, selections } };
      },
    },
  });
const pathOf = ({ path }: GraphQLError) => path?.join('.') ?? '';

describe('authorizing any operation', () => {
  it('answers what an executor would whose resolvers refuse, and asks nobody for what was refused', () => {
    fc.assert(
      fc.property(operation, fc.subarray(['a', 'b']), (text, permissions) => {
        const principal = holding(permissions);
        const document = parse(text, { noLocation: true });
        const definition = getOperationAST(document);
        if (!definition) throw new Error('no operation');
        const refusing = run(permissions.includes('b') ? document : withoutTypesOf('Vault', document), principal);

        const permitted = authorize(document, definition, principal);
        const asked = permitted.asksAnything ? run(permitted.document, undefined) : { data: {} };
        const { data, errors } = permitted.complete(JSON.parse(JSON.stringify(asked.data)), variables);

        expect(data).toEqual(JSON.parse(JSON.stringify(refusing.data)));
        const ofFields = errors.map(pathOf).filter((path) => !path.endsWith('.__typename'));
        expect(ofFields.length > 0).toBe((refusing.errors ?? []).length > 0);
        expect(new Set(errors.map(pathOf)).size).toBe(errors.length);
        if (data) for (const error of refusing.errors ?? []) expect(isToldOf(ofFields, pathOf(error))).toBe(true);
        expect(run(permitted.document, principal).errors).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

// Where a null went up, one error of those that would have sent it there is enough.
const isToldOf = (told: readonly string[], path: string): boolean =>
  told.includes(path) || told.some((other) => other.split('.')[0] === path.split('.')[0]);
