import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';

export interface PlacedFetch {
  readonly fetch: FetchNode;
  /** Below which it adds, as the planner writes it. */
  readonly path: readonly string[];
}

/** Every fetch of a plan, in its order. */
export const fetchesOf = (node: QueryPlan['node'], path: readonly string[] = []): readonly PlacedFetch[] => {
  switch (node?.kind) {
    case 'Fetch':
      return [{ fetch: node, path }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesOf(child, path));
    case 'Condition':
      return [...fetchesOf(node.ifClause, path), ...fetchesOf(node.elseClause, path)];
    case 'Subscription':
      return [{ fetch: node.primary, path }, ...fetchesOf(node.rest, path)];
    default:
      return [];
  }
};

/** Response names that fetches of a plan need of others. */
export const neededNames = (node: QueryPlan['node']): ReadonlySet<string> =>
  new Set(fetchesOf(node).flatMap(({ fetch }) => (fetch.requires ?? []).flatMap(namesIn)));

const namesIn = (node: QueryPlanSelectionNode): readonly string[] =>
  node.kind === 'Field' ? [node.alias ?? node.name, ...(node.selections ?? []).flatMap(namesIn)] : node.selections.flatMap(namesIn);
