import { namePrefix } from '@plexica/plugin-kit';
import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  type TypeNode,
} from 'graphql';
import { type Finding, problem } from '../finding.ts';

/** Injected by `createSubgraph` into every subgraph alike. */
const frozen = new Set(['UserError', 'PageInfo', 'DateTime', 'JSON', '_Any', 'FieldSet', '_Entity', '_Service']);
const roots = new Set(['Query', 'Mutation', 'Subscription']);
/** Of its own elements a plugin may say these; everything else changes the supergraph behind the core's back. */
const ownDirectives = new Set([
  'key',
  'external',
  'requires',
  'provides',
  'shareable',
  'authenticated',
  'requiresScopes',
  'policy',
  'cost',
  'listSize',
  'deprecated',
  'specifiedBy',
  'oneOf',
]);

type WithFields = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * What a plugin's SDL may say: of the core it repeats entity keys and nothing else; its own names bear its prefix;
 * what it adds to roots and to core types is nullable, so that a dead plugin never blanks core data.
 */
export const checkSdl = (id: string, sdl: string, core: CoreNames): Finding[] => {
  const document = parsed(sdl);
  if (!('kind' in document)) return [problem('SDL_INVALID', 'sdl', document.message)];
  return document.definitions.flatMap((definition) => checkDefinition(id, definition, core));
};

/** Types of the core by name, each entity with the fields of its keys. */
export type CoreNames = ReadonlyMap<string, ReadonlySet<string>>;

export const readCoreNames = (sdls: readonly string[]): CoreNames => {
  const names = new Map<string, Set<string>>();
  for (const definition of sdls.flatMap((sdl) => parse(sdl).definitions)) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue;
    const keys = (definition.directives ?? []).filter(({ name }) => name.value === 'key').flatMap(keyFields);
    const known = names.get(definition.name.value) ?? new Set<string>();
    for (const key of keys) known.add(key);
    names.set(definition.name.value, known);
  }
  return names;
};

const keyFields = (directive: DirectiveNode): string[] => {
  const fields = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
  return fields?.kind === Kind.STRING ? (fields.value.match(/\w+/g) ?? []) : [];
};

const parsed = (sdl: string): DocumentNode | Error => {
  try {
    return parse(sdl);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

const checkDefinition = (id: string, definition: DefinitionNode, core: CoreNames): Finding[] => {
  switch (definition.kind) {
    case Kind.SCHEMA_DEFINITION:
    case Kind.SCHEMA_EXTENSION:
      return checkLinks(definition.directives ?? []);
    case Kind.DIRECTIVE_DEFINITION:
      return [];
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      return checkObject(id, definition, core);
    default: {
      if (!('name' in definition) || !definition.name)
        return [problem('DEFINITION_UNEXPECTED', 'sdl', 'Only types belong into the SDL of a plugin.')];
      const name = definition.name.value;
      if (frozen.has(name)) return [];
      if (core.has(name))
        return [
          problem('CORE_TYPE_REPEATED', name, 'Of the core, a plugin repeats entity keys alone; refer to the type through an entity.'),
        ];
      const fields =
        'fields' in definition ? ((definition.fields ?? []) as readonly (FieldDefinitionNode | InputValueDefinitionNode)[]) : [];
      return [...checkName(id, name), ...checkOwnDirectives(name, [definition, ...fields])];
    }
  }
};

const checkLinks = (directives: readonly DirectiveNode[]): Finding[] =>
  directives
    .filter(
      ({ name }) => name.value === 'composeDirective' || (name.value === 'link' && !JSON.stringify(name).includes('specs.apollo.dev')),
    )
    .filter(({ name }) => name.value === 'composeDirective')
    .map(() => problem('DIRECTIVE_FORBIDDEN', 'schema', 'A plugin may not compose directives into the supergraph.'));

const checkObject = (id: string, type: WithFields, core: CoreNames): Finding[] => {
  const name = type.name.value;
  if (frozen.has(name)) return [];
  const fields = type.fields ?? [];
  if (roots.has(name))
    return fields.flatMap((field) => [
      ...checkPrefix(id, `${name}.${field.name.value}`, field.name.value),
      ...checkNullable(name, field),
      ...checkOwnDirectives(`${name}.${field.name.value}`, [field]),
    ]);
  const keys = core.get(name);
  if (!keys) return [...checkName(id, name), ...checkOwnDirectives(name, [type, ...fields])];
  if (!keys.size) return [problem('CORE_TYPE_REPEATED', name, 'This core type is no entity: a plugin may not add to it.')];
  return [...checkCoreDirectives(name, type), ...fields.flatMap((field) => checkFieldOnCore(id, name, field, keys))];
};

const checkFieldOnCore = (id: string, type: string, field: FieldDefinitionNode, keys: ReadonlySet<string>): Finding[] => {
  const place = `${type}.${field.name.value}`;
  if (keys.has(field.name.value)) {
    const allowed = (field.directives ?? []).every(({ name }) => name.value === 'external');
    return allowed ? [] : [problem('CORE_DIRECTIVE', place, 'No directive but @external on the key of a core entity.')];
  }
  return [...checkPrefix(id, place, field.name.value), ...checkNullable(type, field), ...checkOwnDirectives(place, [field])];
};

/** On a core entity the plugin may name the key it refers by, and nothing more. */
const checkCoreDirectives = (name: string, type: WithFields): Finding[] =>
  (type.directives ?? [])
    .filter((directive) => directive.name.value !== 'key' && directive.name.value !== 'extends')
    .map((directive) => problem('CORE_DIRECTIVE', name, `@${directive.name.value} may not be put on a core type.`));

const checkOwnDirectives = (place: string, nodes: readonly { readonly directives?: readonly DirectiveNode[] }[]): Finding[] =>
  nodes
    .flatMap(({ directives }) => directives ?? [])
    .filter(({ name }) => !ownDirectives.has(name.value))
    .map(({ name }) => problem('DIRECTIVE_FORBIDDEN', place, `@${name.value} is not for plugins.`));

const checkName = (id: string, name: string): Finding[] => {
  const prefix = capital(namePrefix(id));
  return name.startsWith(prefix) ? [] : [problem('NAME_PREFIX', name, `Types of the plugin ${id} begin with ${prefix}.`)];
};

/** `analytics` itself, or `analyticsReport`: never `analyticsreport`, which another plugin's prefix could begin with. */
const checkPrefix = (id: string, place: string, name: string): Finding[] => {
  const prefix = namePrefix(id);
  return name === prefix || new RegExp(`^${prefix}[A-Z0-9_]`).test(name)
    ? []
    : [problem('NAME_PREFIX', place, `Fields of the plugin ${id} begin with ${prefix}.`)];
};

const checkNullable = (type: string, { name, type: declared }: FieldDefinitionNode): Finding[] =>
  isNonNull(declared)
    ? [problem('FIELD_NON_NULL', `${type}.${name.value}`, 'Must be nullable: a plugin that is down may blank only its own fields.')]
    : [];

const isNonNull = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE;

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;
