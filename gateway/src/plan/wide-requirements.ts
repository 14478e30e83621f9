import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { InterfaceObject, InterfaceObjects } from './interface-objects.ts';
import type { Types } from './wanted-fields.ts';

/** Names of the fields, by interface, that the planner may be asked for of objects of any type only. */
type WideFields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The operation as it can be planned where several subgraphs know one interface as an object. What one of them makes of a field of the types
 * themselves, asked for of one type where another of them found the object, leads the planner in a circle. It is asked for of all
 * types instead; `narrowFetches` then asks it of those alone of which it is wanted, since the field it requires comes with the type.
 */
export const withWideRequirements = (
  definition: OperationDefinitionNode,
  root: string | undefined,
  types: Types,
  interfaceObjects: InterfaceObjects,
): OperationDefinitionNode => {
  const wide = wideFieldsOf(interfaceObjects);
  return wide.size === 0 || root === undefined
    ? definition
    : { ...definition, selectionSet: widened(definition.selectionSet, root, { wide, types }) };
};

const wideFieldsOf = (interfaceObjects: InterfaceObjects): WideFields => {
  const byInterface = new Map<string, InterfaceObject[]>();
  for (const objects of interfaceObjects.values())
    for (const [name, object] of objects) byInterface.set(name, [...(byInterface.get(name) ?? []), object]);
  const wide = [...byInterface].flatMap(([name, objects]): [string, ReadonlySet<string>][] => {
    const names = objects.flatMap((object) => [...object.requirements.keys()].filter((field) => comesWithType(field, objects)));
    return objects.length > 1 && names.length > 0 ? [[name, new Set(names)]] : [];
  });
  return new Map(wide);
};

/** Whether any of what it requires, or what that requires, is a field of the types themselves. */
const comesWithType = (field: string, objects: readonly InterfaceObject[], seen: ReadonlySet<string> = new Set()): boolean => {
  if (seen.has(field)) return false;
  const owner = objects.find(({ fields }) => fields.has(field));
  if (!owner) return true;
  const required = owner.requirements.get(field)?.selections ?? [];
  return required.some((node) => node.kind === Kind.FIELD && comesWithType(node.name.value, objects, new Set([...seen, field])));
};

interface Context {
  readonly wide: WideFields;
  readonly types: Types;
}

const widened = (set: SelectionSetNode, parent: string, context: Context): SelectionSetNode => {
  const lifted: FieldNode[] = [];
  const names = context.wide.get(parent);
  const below = (node: SelectionNode, type: string, isLimited: boolean): SelectionNode[] => {
    if (node.kind === Kind.FIELD) {
      const field = widenedField(node, type, context);
      if (!isLimited || !names?.has(node.name.value)) return [field];
      lifted.push(field);
      return [];
    }
    if (node.kind !== Kind.INLINE_FRAGMENT) return [node];
    const condition = node.typeCondition?.name.value ?? type;
    const limited = isLimited || condition !== parent;
    if (!limited) return [{ ...node, selectionSet: widened(node.selectionSet, parent, context) }];
    const selections = node.selectionSet.selections.flatMap((each) => below(each, condition, true));
    return selections.length > 0 ? [{ ...node, selectionSet: { ...node.selectionSet, selections } }] : [];
  };
  const selections = set.selections.flatMap((node) => below(node, parent, false));
  return { ...set, selections: [...selections, ...lifted] };
};

const widenedField = (field: FieldNode, parent: string, context: Context): FieldNode => {
  const type = context.types.fieldType(parent, field.name.value);
  return field.selectionSet && type !== undefined ? { ...field, selectionSet: widened(field.selectionSet, type, context) } : field;
};
