import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import { isNeverIncluded } from './never-included.ts';

/** Whether an operation selects anything that the gateway can't answer by itself, `@skip` and `@include` by constants aside. */
export const needsSubgraph = (definition: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): boolean => {
  const needs = (selection: SelectionNode): boolean => {
    if (isNeverIncluded(selection)) return false;
    if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith('__');
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    return fragment?.selectionSet.selections.some(needs) ?? false;
  };
  return definition.selectionSet.selections.some(needs);
};
