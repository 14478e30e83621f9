import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { type Finding, problem } from '../finding.ts';
import { type CoreContract, type CoreType, keysOf, rootTypes, withoutWords } from './core-contract.ts';
import { checkDirectives, checkFederationLink, checkSchema } from './directive-rules.ts';
import { checkFieldName, checkTypeName } from './name-rules.ts';

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * What a plugin's SDL may say: of the core it repeats entity keys and nothing else; its own names bear its prefix;
 * what it adds to roots and to core types is nullable, so that a dead plugin never blanks core data.
 */
export const checkSdl = (id: string, sdl: string, core: CoreContract): Finding[] => {
  const document = parsed(sdl);
  if (!('kind' in document)) return [problem('SDL_INVALID', 'sdl', document.message)];
  return [
    ...checkFederationLink(document.definitions),
    ...document.definitions.flatMap((definition) => checkDefinition(id, definition, core)),
  ];
};

const parsed = (sdl: string): DocumentNode | Error => {
  try {
    return parse(sdl, { maxTokens: 100_000 });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const checkDefinition = (id: string, definition: DefinitionNode, core: CoreContract): Finding[] => {
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      return checkSchema(definition);
    case Kind.OPERATION_DEFINITION:
    case Kind.FRAGMENT_DEFINITION:
      return [problem('DEFINITION_UNEXPECTED', 'sdl', 'Only types belong into the SDL of a plugin.')];
    case Kind.DIRECTIVE_DEFINITION:
    case Kind.DIRECTIVE_EXTENSION:
      return [
        problem('DIRECTIVE_FORBIDDEN', `@${definition.name.value}`, 'A plugin defines no directives; federation’s own are imported.'),
      ];
    default:
      return checkType(id, definition, core);
  }
};

const checkType = (id: string, definition: TypeDefinitionNode | TypeExtensionNode, core: CoreContract): Finding[] => {
  const name = definition.name.value;
  if (core.frozen.has(name)) return checkFrozen(name, definition, core);
  const isObject = definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION;
  if (isObject && rootTypes.has(name)) return checkRoot(id, definition);
  const known = core.types.get(name);
  if (!known) return [...checkTypeName(id, name), ...checkDirectives(name, definition)];
  if (!isObject || !known.keys.size)
    return [problem('CORE_TYPE_REPEATED', name, 'Of the core, a plugin repeats entity keys alone; refer to this type through an entity.')];
  return checkEntityOfCore(id, definition, known);
};

const checkFrozen = (name: string, definition: DefinitionNode, { frozen }: CoreContract): Finding[] => {
  const plainScalar = definition.kind === Kind.SCALAR_TYPE_DEFINITION && !definition.directives?.length;
  return plainScalar || withoutWords(definition) === frozen.get(name)
    ? []
    : [problem('FROZEN_TYPE', name, `${name} is the same in every subgraph: leave it to createSubgraph, or repeat it exactly.`)];
};

const checkRoot = (id: string, type: ObjectNode): Finding[] => [
  ...noneButKeys(type, type.name.value, () => false),
  ...(type.fields ?? []).flatMap((field) => checkAddedField(id, type.name.value, field)),
];

const checkEntityOfCore = (id: string, type: ObjectNode, known: CoreType): Finding[] => {
  const name = type.name.value;
  const ofKeys = new Set([...known.keys].flatMap((key) => key.match(/\w+/g) ?? []));
  return [
    ...noneButKeys(type, name, (key) => known.keys.has(key)),
    ...(type.fields ?? []).flatMap((field) =>
      ofKeys.has(field.name.value) ? checkRepeatedKey(name, field, known) : checkAddedField(id, name, field),
    ),
  ];
};

/** A core type takes no directive but the keys it has already, and no interface. */
const noneButKeys = (type: ObjectNode, name: string, isKey: (fields: string) => boolean): Finding[] => [
  ...(type.directives ?? [])
    .filter((directive) => !['key', 'extends'].includes(directive.name.value))
    .map((directive) => problem('CORE_DIRECTIVE', name, `@${directive.name.value} may not be put on a core type.`)),
  ...keysOf(type)
    .filter((key) => !isKey(key))
    .map((key) => problem('CORE_KEY', name, `The core has no key "${key}" of ${name}; refer to it by one that it has.`)),
  ...(type.interfaces ?? []).map((face) => problem('CORE_INTERFACE', name, `A core type may not be made to implement ${face.name.value}.`)),
];

const checkRepeatedKey = (type: string, field: FieldDefinitionNode, { fields }: CoreType): Finding[] => {
  const place = `${type}.${field.name.value}`;
  const expected = fields.get(field.name.value);
  return [
    ...(print(field.type) === expected
      ? []
      : [problem('CORE_FIELD_CHANGED', place, `The core’s own type is ${expected}: another one would change its API.`)]),
    ...((field.directives ?? []).every(({ name }) => name.value === 'external') && !field.arguments?.length
      ? []
      : [problem('CORE_DIRECTIVE', place, 'Nothing but @external on the key of a core entity.')]),
  ];
};

const checkAddedField = (id: string, type: string, field: FieldDefinitionNode): Finding[] => {
  const place = `${type}.${field.name.value}`;
  return [
    ...checkFieldName(id, place, field.name.value),
    ...checkDirectives(place, field),
    ...(field.type.kind === Kind.NON_NULL_TYPE
      ? [problem('FIELD_NON_NULL', place, 'Must be nullable: a plugin that is down may blank only its own fields.')]
      : []),
  ];
};
