import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../document/fragments.ts';
import type { Requirement, Requirements } from './requirements.ts';

/** The field that a selection means; undefined for `__typename` and introspection. */
export const fieldOf = (parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined =>
  isUnionType(parent) ? undefined : parent.getFields()[name];

/** The type a fragment narrows to; the parent itself where it names none. */
export const narrowed = (schema: GraphQLSchema, parent: GraphQLCompositeType, condition: string | undefined): GraphQLCompositeType => {
  const type = condition === undefined ? parent : schema.getType(condition);
  return isCompositeType(type) ? type : parent;
};

/** What an operation asks of its caller, by `Type.field` of its fields and `Type` of its fragments; found once per operation, each fragment looked at once. */
export const guardedFields = (
  schema: GraphQLSchema,
  requirements: Requirements,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): ReadonlyMap<string, readonly Requirement[]> => {
  const found = new Map<string, readonly Requirement[]>();
  const seen = new Set<string>();
  const note = (coordinate: string): void => {
    const needed = requirements.get(coordinate);
    if (needed) found.set(coordinate, needed);
  };
  const unseen = (name: string): FragmentDefinitionNode | undefined => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    return fragments.get(name);
  };
  const look = (parent: GraphQLCompositeType, { selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        note(`${parent.name}.${node.name.value}`);
        const type = getNamedType(fieldOf(parent, node.name.value)?.type);
        if (node.selectionSet && isCompositeType(type)) look(type, node.selectionSet);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? unseen(node.name.value) : node;
      if (!fragment) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition !== undefined) note(condition);
      look(narrowed(schema, parent, condition), fragment.selectionSet);
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) look(root, operation.selectionSet);
  return found;
};
