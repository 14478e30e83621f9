import {
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

/** What an operation's fields ask of its caller, by `Type.field`; found once per operation, each fragment looked at once. */
export const guardedFields = (
  schema: GraphQLSchema,
  requirements: Requirements,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): ReadonlyMap<string, readonly Requirement[]> => {
  const found = new Map<string, readonly Requirement[]>();
  const seen = new Set<string>();
  const look = (parent: GraphQLCompositeType, { selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const coordinate = `${parent.name}.${node.name.value}`;
        const needed = requirements.get(coordinate);
        if (needed) found.set(coordinate, needed);
        const type = getNamedType(fieldOf(parent, node.name.value)?.type);
        if (node.selectionSet && isCompositeType(type)) look(type, node.selectionSet);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        look(narrowed(schema, parent, node.typeCondition?.name.value), node.selectionSet);
      } else if (!seen.has(node.name.value)) {
        seen.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) look(narrowed(schema, parent, fragment.typeCondition.name.value), fragment.selectionSet);
      }
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) look(root, operation.selectionSet);
  return found;
};
