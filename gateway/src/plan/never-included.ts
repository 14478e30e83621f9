import {
  type ASTNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Whether a constant `@skip` or `@include` leaves this selection out for good. */
export const isNeverIncluded = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name, arguments: args = [] }) => {
    const excludedBy = name.value === 'skip' ? true : name.value === 'include' ? false : undefined;
    return args.some(({ value }) => value.kind === Kind.BOOLEAN && value.value === excludedBy);
  });

/**
 * Drops what is never included, and has `__typename` fetched of an object that is left without fields.
 * The planner would drop such an object too, so that `me { name @skip(if: true) }` were answered `me: null` in place of `me: {}`.
 */
export const withoutNeverIncluded = <T extends OperationDefinitionNode | FragmentDefinitionNode>(definition: T, fragments: Fragments): T =>
  visit(definition, {
    enter: (node) => (isSelection(node) && isNeverIncluded(node) ? null : undefined),
    Field: { leave: (field: FieldNode) => filled(field, fragments) },
  });

const filled = (field: FieldNode, fragments: Fragments): FieldNode | undefined => {
  if (!field.selectionSet || selectsFields(field.selectionSet, fragments)) return undefined;
  return { ...field, selectionSet: { ...field.selectionSet, selections: [...field.selectionSet.selections, typename] } };
};

const selectsFields = ({ selections }: SelectionSetNode, fragments: Fragments): boolean =>
  selections.some((selection) => {
    if (isNeverIncluded(selection)) return false;
    if (selection.kind === Kind.FIELD) return true;
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment ? selectsFields(fragment.selectionSet, fragments) : false;
  });

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const isSelection = (node: ASTNode): node is SelectionNode =>
  node.kind === Kind.FIELD || node.kind === Kind.INLINE_FRAGMENT || node.kind === Kind.FRAGMENT_SPREAD;
