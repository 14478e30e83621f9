import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';

/**
 * A mutation, its fragments laid out, as one operation for each of its root fields. The planner sends neighbours of one subgraph together, and what other subgraphs
 * add to the first of them would be read when the last has run already.
 */
export const rootFieldsApart = (definition: OperationDefinitionNode): readonly OperationDefinitionNode[] => {
  const byName = new Map<string, SelectionNode[]>();
  const visit = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      byName.set(name, [...(byName.get(name) ?? []), selection]);
      return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) selection.selectionSet.selections.forEach(visit);
  };
  definition.selectionSet.selections.forEach(visit);
  return [...byName.values()].map((selections) => ({ ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } }));
};

/** Whether a plan asks one subgraph once, so that nothing is read late. */
export const isOneFetch = ({ node }: QueryPlan): boolean => node === undefined || node.kind === 'Fetch';

/** One plan after the other. */
export const inSequence = (plans: readonly QueryPlan[]): QueryPlan => {
  const nodes = plans.map(({ node }) => node).filter((node): node is PlanNode => node !== undefined && node.kind !== 'Subscription');
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } };
};
