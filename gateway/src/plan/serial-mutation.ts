import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionNode } from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * A mutation as one operation for each of its root fields. The planner sends neighbours of one subgraph together, and what other subgraphs
 * add to the first of them would be read when the last has run already.
 */
export const rootFieldsApart = (definition: OperationDefinitionNode, fragments: Fragments): readonly OperationDefinitionNode[] => {
  const byName = new Map<string, SelectionNode[]>();
  const visit = (selection: SelectionNode, around: (inner: SelectionNode) => SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      byName.set(name, [...(byName.get(name) ?? []), around(selection)]);
      return;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const { directives } = selection;
    for (const each of fragment?.selectionSet.selections ?? [])
      visit(each, (inner) => around(directives?.length ? within(directives, inner) : inner));
  };
  for (const selection of definition.selectionSet.selections) visit(selection, (inner) => inner);
  return [...byName.values()].map((selections) => ({ ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } }));
};

const within = (directives: SelectionNode['directives'], selection: SelectionNode): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  directives,
  selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
});

/** Whether a plan asks one subgraph once, so that nothing is read late. */
export const isOneFetch = ({ node }: QueryPlan): boolean => node === undefined || node.kind === 'Fetch';

/** One plan after the other. */
export const inSequence = (plans: readonly QueryPlan[]): QueryPlan => {
  const nodes = plans.map(({ node }) => node).filter((node): node is PlanNode => node !== undefined && node.kind !== 'Subscription');
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } };
};
