import { type DefinitionNode, type DocumentNode, Kind, type TypeNode } from 'graphql';

const roots = ['Query', 'Mutation', 'Subscription'];

/** Names of the types that the root fields lead to, all subgraphs together, through the elements that are shown. */
export const reachableTypes = (documents: readonly DocumentNode[], isShown: (node: object) => boolean): ReadonlySet<string> => {
  const definitions = documents.flatMap((document) => document.definitions);
  const hidden = new Set(definitions.flatMap((definition) => (isShown(definition) ? [] : nameOf(definition))));
  const next = new Map<string, string[]>();
  for (const definition of definitions) {
    for (const name of nameOf(definition)) next.set(name, [...(next.get(name) ?? []), ...leadsTo(definition, isShown)]);
    // Whoever reaches an interface reaches its implementations.
    if ('interfaces' in definition && 'name' in definition)
      for (const { name } of definition.interfaces ?? [])
        next.set(name.value, [...(next.get(name.value) ?? []), definition.name?.value ?? '']);
  }
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name; name = waiting.pop()) {
    if (reached.has(name) || hidden.has(name)) continue;
    reached.add(name);
    waiting.push(...(next.get(name) ?? []));
  }
  return reached;
};

const nameOf = (definition: DefinitionNode): string[] =>
  definition.kind !== Kind.DIRECTIVE_DEFINITION && 'name' in definition && definition.name ? [definition.name.value] : [];

const leadsTo = (definition: DefinitionNode, isShown: (node: object) => boolean): string[] => {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION: {
      const fields = (definition.fields ?? []).filter(isShown);
      const inputs = fields.flatMap((field) => (field.arguments ?? []).filter(isShown));
      return [...[...fields, ...inputs].map(({ type }) => named(type)), ...(definition.interfaces ?? []).map(({ name }) => name.value)];
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return (definition.fields ?? []).filter(isShown).map(({ type }) => named(type));
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return (definition.types ?? []).map(({ name }) => name.value);
    default:
      return [];
  }
};

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));
