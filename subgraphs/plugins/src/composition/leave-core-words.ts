import { type DocumentNode, Kind, visit } from 'graphql';

/**
 * A plugin describes what is its own. Composition takes the words of any subgraph, so those that a plugin put on a core
 * type or on its key fields are left out: the core's own stay.
 */
export const leaveCoreWords = (plugin: DocumentNode, core: readonly DocumentNode[]): DocumentNode => {
  const fields = new Map<string, Set<string>>();
  for (const definition of core.flatMap(({ definitions }) => definitions)) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const known = fields.get(definition.name.value) ?? new Set<string>();
    for (const { name } of definition.fields ?? []) known.add(name.value);
    fields.set(definition.name.value, known);
  }
  return visit(plugin, {
    ObjectTypeDefinition(type) {
      const known = fields.get(type.name.value);
      if (!known) return undefined;
      const own = (type.fields ?? []).map((field) => (known.has(field.name.value) ? { ...field, description: undefined } : field));
      return { ...type, description: undefined, fields: own };
    },
  });
};
