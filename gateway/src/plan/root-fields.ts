import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse, type SelectionNode } from 'graphql';
import { fragmentsOf } from '../document/fragments.ts';
import { isNeverIncluded } from './never-included.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;
const none: Fragments = new Map();

/** Response names of the root fields that only a subgraph can answer, those left out by a constant aside. */
export const rootFields = (definition: OperationDefinitionNode, fragments: Fragments = none): ReadonlySet<string> => {
  const names = new Set<string>();
  const visit = (selection: SelectionNode): void => {
    if (isNeverIncluded(selection)) return;
    if (selection.kind === Kind.FIELD) {
      if (!selection.name.value.startsWith('__')) names.add(selection.alias?.value ?? selection.name.value);
      return;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    fragment?.selectionSet.selections.forEach(visit);
  };
  definition.selectionSet.selections.forEach(visit);
  return names;
};

/** Response names of the root fields that a plan fetches. */
export const plannedRootFields = ({ node }: QueryPlan): ReadonlySet<string> => new Set(rootFetches(node).flatMap(fetchedRootFields));

const fetchedRootFields = ({ operation }: FetchNode): readonly string[] => {
  const document = parse(operation, { noLocation: true });
  const fragments = fragmentsOf(document);
  return document.definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? [...rootFields(node, fragments)] : []));
};

const rootFetches = (node: QueryPlan['node']): readonly FetchNode[] => {
  switch (node?.kind) {
    case 'Fetch':
      return [node];
    case 'Subscription':
      return [node.primary];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(rootFetches);
    case 'Condition':
      return [...rootFetches(node.ifClause), ...rootFetches(node.elseClause)];
    default:
      return [];
  }
};
