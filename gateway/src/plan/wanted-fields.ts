import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { readPart } from '../execute/fetch-path.ts';
import { responseName } from '../execute/selection.ts';

/** What a supergraph says of its types, by their names. */
export interface Types {
  isInterface(name: string): boolean;
  isOfType(name: string, condition: string): boolean;
  /** The object types that it stands for. */
  possibleTypes(name: string): readonly string[];
  /** The name of what a field leads to. */
  fieldType(parent: string, field: string): string | undefined;
}

export type Sets = readonly SelectionSetNode[];

/** Fields by response name. */
export type Wanted = ReadonlyMap<string, readonly FieldNode[]>;

/** What the client selects at the path of a fetch. Types matter where the path tells them. */
export const setsAt = (root: SelectionSetNode, path: readonly string[], types: Types): Sets => {
  let sets: Sets = [root];
  let leading: readonly string[] | undefined;
  for (const { name, types: told } of path.map(readPart)) {
    if (name && name !== '@') {
      const known = leading;
      const fields = fieldsOf(sets, (condition) => !known || known.some((type) => types.isOfType(type, condition)));
      sets = setsOf(fields.get(name));
      leading = undefined;
    }
    leading = told ?? leading;
  }
  return sets;
};

/** The fields of all sets, of objects to which these type conditions apply. */
export const fieldsOf = (sets: Sets, applies: (condition: string) => boolean = () => true): Wanted => {
  const fields = new Map<string, FieldNode[]>();
  const collect = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const name = responseName(selection);
      fields.set(name, [...(fields.get(name) ?? []), selection]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT && (!selection.typeCondition || applies(selection.typeCondition.name.value))) {
      selection.selectionSet.selections.forEach(collect);
    }
  };
  for (const { selections } of sets) selections.forEach(collect);
  return fields;
};

/** What is selected below these fields. */
export const setsOf = (fields: readonly FieldNode[] = []): Sets => fields.flatMap(({ selectionSet }) => selectionSet ?? []);
