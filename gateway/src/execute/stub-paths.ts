import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';
import type { FetchPath } from './path.ts';

/** What fetches select of the objects at one path. */
interface Selected {
  readonly fetches: Set<FetchNode>;
  readonly leaves: Set<string>;
  nested: boolean;
}

/**
 * Paths at which a plan's objects are stubs: their name and one key, to be completed by other subgraphs. Equal ones may be one
 * object, since whatever is fetched of one of them below this path is fetched of all. Paths are joined names, without lists.
 */
export const stubPaths = (plan: PlanNode | SubscriptionNode): ReadonlyMap<string, string> => {
  const selected = new Map<string, Selected>();
  for (const { fetch, path } of fetchesOf(plan, [])) select(selected, fetch, path);
  const keys = new Map<string, string>();
  for (const [path, { fetches, leaves, nested }] of selected) {
    const [fetch, another] = fetches;
    const rewritten = (fetch?.inputRewrites?.length ?? 0) + (fetch?.outputRewrites?.length ?? 0) > 0;
    const [key, more] = [...leaves].filter((name) => name !== '__typename');
    if (!another && !rewritten && !nested && leaves.has('__typename') && key !== undefined && more === undefined) keys.set(path, key);
  }
  return keys;
};

export const withoutListMarks = (path: FetchPath): string => path.filter((name) => name !== '@').join('.');

const fetchesOf = (node: PlanNode | SubscriptionNode, path: FetchPath): { readonly fetch: FetchNode; readonly path: FetchPath }[] => {
  switch (node.kind) {
    case 'Fetch':
      return [{ fetch: node, path }];
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path.map(String)]);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesOf(child, path));
    case 'Subscription':
      return [{ fetch: node.primary, path }, ...(node.rest ? fetchesOf(node.rest, path) : [])];
    default:
      return [];
  }
};

const select = (selected: Map<string, Selected>, fetch: FetchNode, path: FetchPath): void => {
  const { definitions } = parse(fetch.operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of definitions) if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);

  // What an entity fetch says of its entities themselves completes stubs; it doesn't make any.
  const base = withoutListMarks(path);
  const at = (place: string): Selected => {
    const known = selected.get(place) ?? { fetches: new Set(), leaves: new Set(), nested: false };
    selected.set(place, known);
    return known;
  };
  const visit = ({ selections }: SelectionSetNode, place: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, place);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) visit(fragment.selectionSet, place);
      } else {
        const name = (selection.alias ?? selection.name).value;
        if (!selection.selectionSet) {
          if (place !== base) at(place).leaves.add(name);
          continue;
        }
        if (place !== base) at(place).nested = true;
        const below = place ? `${place}.${name}` : name;
        at(below).fetches.add(fetch);
        visit(selection.selectionSet, below);
      }
    }
  };
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const [only] = definition.selectionSet.selections;
    if (!fetch.requires) visit(definition.selectionSet, base);
    else if (only?.kind === Kind.FIELD && only.selectionSet) visit(only.selectionSet, base);
  }
};
