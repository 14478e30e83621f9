import { type DocumentNode, type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode, parse, print, visit } from 'graphql';

/** What a plugin's SDL is held against: every name of the core, and of its entities the keys that may be repeated. */
export interface CoreContract {
  /** Names of the core's subgraphs; no plugin may bear one. */
  readonly subgraphs: ReadonlySet<string>;
  /** Everything that is defined: types, and directives by `@name`. */
  readonly types: ReadonlyMap<string, CoreType>;
  /** Fields of Query, Mutation and Subscription. */
  readonly rootFields: ReadonlySet<string>;
  /** Types that `createSubgraph` puts into every subgraph alike, as they have to be, words left out. */
  readonly frozen: ReadonlyMap<string, string>;
}

export interface CoreType {
  /** Field sets of its `@key`s, in one spelling; none for what is no entity. */
  readonly keys: ReadonlySet<string>;
  /** The types of its fields, as written. */
  readonly fields: ReadonlyMap<string, string>;
}

export const rootTypes: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);
const frozenNames = new Set(['UserError', 'PageInfo', 'DateTime', 'JSON']);

/** Reads the contract from the SDLs of the core's subgraphs. */
export const readCore = (subgraphs: readonly { readonly name: string; readonly sdl: string }[]): CoreContract => {
  const types = new Map<string, { keys: Set<string>; fields: Map<string, string> }>();
  const rootFields = new Set<string>();
  const frozen = new Map<string, string>();
  for (const definition of subgraphs.flatMap(({ sdl }) => parse(sdl).definitions)) {
    if (!('name' in definition) || !definition.name || definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const name = definition.name.value;
    const type = types.get(name) ?? { keys: new Set(), fields: new Map() };
    types.set(name, type);
    if (frozenNames.has(name)) frozen.set(name, withoutWords(definition));
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const key of keysOf(definition)) type.keys.add(key);
    for (const field of definition.fields ?? []) {
      type.fields.set(field.name.value, print(field.type));
      if (rootTypes.has(name)) rootFields.add(field.name.value);
    }
  }
  return { subgraphs: new Set(subgraphs.map(({ name }) => name)), types, rootFields, frozen };
};

/** The field sets of a type's `@key`s, in one spelling. */
export const keysOf = ({ directives = [] }: Pick<ObjectTypeDefinitionNode, 'directives'>): string[] =>
  directives.flatMap(({ name, arguments: given = [] }) => {
    const fields = given.find((argument) => argument.name.value === 'fields')?.value;
    return name.value === 'key' && fields?.kind === Kind.STRING ? [inOneSpelling(fields.value)] : [];
  });

const inOneSpelling = (fieldSet: string): string => (fieldSet.match(/\w+|[{}]/g) ?? []).join(' ');

/** The definition as it counts for composition: without descriptions, its fields by name. */
export const withoutWords = (definition: DocumentNode['definitions'][number]): string => {
  const bare = visit(definition, { enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined) });
  if (bare.kind !== Kind.OBJECT_TYPE_DEFINITION) return print(bare);
  const byName = (left: FieldDefinitionNode, right: FieldDefinitionNode) => left.name.value.localeCompare(right.name.value);
  return print({ ...bare, fields: [...(bare.fields ?? [])].sort(byName) });
};
