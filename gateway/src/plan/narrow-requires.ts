import { getResponseName, type QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Of what a fetch tells of entities, that which is among these selections. */
export const narrowRequires = (
  requires: readonly QueryPlanSelectionNode[],
  allowed: readonly SelectionSetNode[],
): QueryPlanSelectionNode[] => {
  const below = new Map<string, SelectionSetNode[]>();
  const collect = (node: SelectionNode): void => {
    if (node.kind === Kind.INLINE_FRAGMENT) node.selectionSet.selections.forEach(collect);
    if (node.kind !== Kind.FIELD) return;
    below.set(node.name.value, [...(below.get(node.name.value) ?? []), ...(node.selectionSet ? [node.selectionSet] : [])]);
  };
  for (const { selections } of allowed) selections.forEach(collect);

  return requires.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      const selections = narrowRequires(node.selections, allowed);
      return selections.length > 0 ? [{ ...node, selections }] : [];
    }
    if (getResponseName(node) === '__typename') return [node];
    const sets = below.get(node.name);
    if (!sets) return [];
    return [node.selections ? { ...node, selections: narrowRequires(node.selections, sets) } : node];
  });
};

/** What is told of entities of one type. Where part of it isn't known, nothing is told. */
export const requiresOfType = (
  requires: readonly QueryPlanSelectionNode[],
  applies: (condition: string) => boolean,
): QueryPlanSelectionNode[] => {
  const byText = new Map<string, QueryPlanSelectionNode>();
  for (const node of requires) {
    if (node.kind !== 'InlineFragment' || node.typeCondition === undefined || !applies(node.typeCondition)) continue;
    for (const each of node.selections) byText.set(JSON.stringify(each), each);
  }
  return [...byText.values()];
};
