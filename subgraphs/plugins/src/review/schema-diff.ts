import { type DefinitionNode, type DocumentNode, isTypeDefinitionNode, isTypeExtensionNode, Kind, parse, print, visit } from 'graphql';

/** One element of a schema that is new, gone or different. */
export interface Difference {
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED';
  /** Such as `User.crmContacts` or `CrmStage.WON`. */
  readonly coordinate: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What the SDL of a version changes, by coordinate; all of it is new where there is no version before. Descriptions don't count. */
export const schemaDiff = (before: string | undefined, after: string): Difference[] => {
  const [old, fresh] = [elementsOf(before ?? ''), elementsOf(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .sort()
    .map((coordinate) => ({ coordinate, before: old.get(coordinate) ?? null, after: fresh.get(coordinate) ?? null }))
    .filter((change) => change.before !== change.after)
    .map((change) => ({ ...change, kind: change.before === null ? 'ADDED' : change.after === null ? 'REMOVED' : 'CHANGED' }));
};

/** Every type and what it holds, each as it is written. */
const elementsOf = (sdl: string): ReadonlyMap<string, string> => {
  const elements = new Map<string, string>();
  for (const definition of withoutDescriptions(sdl).definitions) {
    if (!isTypeDefinitionNode(definition) && !isTypeExtensionNode(definition)) continue;
    const name = definition.name.value;
    const parts = 'fields' in definition ? definition.fields : 'values' in definition ? definition.values : [];
    // A type may be written in several places.
    elements.set(name, [elements.get(name), headOf(definition)].filter(Boolean).join('\n'));
    for (const part of parts ?? []) elements.set(`${name}.${part.name.value}`, print(part));
  }
  return elements;
};

const headOf = (definition: DefinitionNode): string => print({ ...definition, ...{ fields: [], values: [] } });

const withoutDescriptions = (sdl: string): DocumentNode => {
  if (!sdl.trim()) return { kind: Kind.DOCUMENT, definitions: [] };
  return visit(parse(sdl, { noLocation: true }), {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  });
};
