import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  OperationTypeNode,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { printContract } from './print-contract.ts';

const committed = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const printed = printContract();
const api = buildSchema(printed['api.graphql'] ?? '');
const types = Object.values(api.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));

interface Described {
  readonly where: string;
  readonly name: string;
  readonly description: string | null | undefined;
}

const partsOf = (type: GraphQLNamedType): Described[] => {
  if (isEnumType(type)) return type.getValues().map((value) => ({ where: `${type.name}.${value.name}`, ...value }));
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({ where: `${type.name}.${field.name}`, ...field }));
};

const words = (text: string): string[] =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z]+/g) ?? [];

const saysMoreThanItsName = ({ where, description }: Described): boolean => {
  const known = new Set([...words(where), 'the', 'a', 'an', 'of', 'its', 'is', 'this']);
  return words(description ?? '').filter((word) => !known.has(word)).length >= 2;
};

describe('the contract under schema/', () => {
  it.each(Object.keys(printed))('%s is what the code prints', (name) => {
    expect(printed[name]).toBe(committed(`schema/${name}`));
  });

  it('names the same subgraphs in supergraph.yaml', () => {
    const named = [...committed('supergraph.yaml').matchAll(/file: schema\/(\w+)\.graphql/g)].map(([, name]) => name);
    expect(named).toEqual(['tenancy', 'identity', 'plugins']);
  });

  it('describes every type, field and enum value with more than its name', () => {
    const all: Described[] = types.flatMap((type) => [
      { where: type.name, name: type.name, description: type.description },
      ...partsOf(type),
    ]);
    expect(all.filter((part) => !saysMoreThanItsName(part)).map(({ where }) => where)).toEqual([]);
  });
});

describe('who may call what', () => {
  it('is said on every root field', () => {
    const fields = ['tenancy', 'identity', 'plugins'].flatMap((name) => rootFields(printed[`${name}.graphql`] ?? ''));
    const unguarded = fields.filter(
      ({ name, directives }) => !publicFields.includes(name) && !directives.some((each) => guards.includes(each)),
    );

    expect(unguarded.map(({ name }) => name)).toEqual([]);
    const ofTheApi = roots.flatMap((root) => Object.keys(api.getRootType(root)?.getFields() ?? {}));
    expect(fields.map(({ name }) => name).sort()).toEqual(ofTheApi.sort());
  });
});

const publicFields = ['tenantSignIn', 'login', 'refreshSession', 'acceptInvitation'];
const guards = ['authenticated', 'requiresScopes', 'policy'];
const roots = Object.values(OperationTypeNode);

const rootFields = (sdl: string) =>
  parse(sdl)
    .definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION)
    .filter(({ name }) => roots.some((root) => root === name.value.toLowerCase()))
    .flatMap(({ fields = [] }) =>
      fields.map(({ name, directives = [] }) => ({ name: name.value, directives: directives.map((directive) => directive.name.value) })),
    );
