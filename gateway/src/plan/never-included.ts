import {
  type ASTNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  visit,
} from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Whether `@skip` and `@include` leave this selection out for good: by a constant, or by asking two things of one variable. */
export const isNeverIncluded = ({ directives = [] }: SelectionNode): boolean => {
  const conditionOf = (directive: string): ValueNode | undefined =>
    directives.find(({ name }) => name.value === directive)?.arguments?.find(({ name }) => name.value === 'if')?.value;
  const skip = conditionOf('skip');
  const include = conditionOf('include');
  if (skip?.kind === Kind.VARIABLE && include?.kind === Kind.VARIABLE) return skip.name.value === include.name.value;
  return (skip?.kind === Kind.BOOLEAN && skip.value) || (include?.kind === Kind.BOOLEAN && !include.value);
};

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
