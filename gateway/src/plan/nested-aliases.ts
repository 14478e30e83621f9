import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { type FieldNode, Kind, parse, print, type SelectionNode, type SelectionSetNode, stripIgnoredCharacters, visit } from 'graphql';
import { responseName } from '../execute/selection.ts';

type KeyRenamer = Extract<NonNullable<FetchNode['outputRewrites']>[number], { readonly kind: 'KeyRenamer' }>;

/**
 * A subgraph may promise a value of objects of one type that it doesn't of another, and so must be asked for the two by different names. Of what
 * stands below a field that is given such a name, the planner plans to take the names back from the answer, but doesn't ask by them.
 */
export const withNestedAliases = (plan: QueryPlan): QueryPlan => ({ ...plan, node: plan.node && mapped(plan.node) });

const mapped = <T extends PlanNode | SubscriptionNode>(node: T): T => {
  switch (node.kind) {
    case 'Fetch':
      return aliased(node) as T;
    case 'Flatten':
      return { ...node, node: mapped(node.node) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(mapped) };
    case 'Subscription':
      return { ...node, primary: mapped(node.primary), rest: node.rest && mapped(node.rest) };
    default:
      return node;
  }
};

const aliased = (fetch: FetchNode): FetchNode => {
  const renamers = (fetch.outputRewrites ?? []).filter((each) => each.kind === 'KeyRenamer');
  const aliases = new Set(renamers.map(({ path }) => path.at(-1)));
  // Names that lead to others are given by then.
  const nested = renamers.filter(({ path }) => path.slice(0, -1).some((part) => aliases.has(part)));
  if (nested.length === 0) return fetch;
  const document = visit(parse(fetch.operation, { noLocation: true }), {
    OperationDefinition: ({ selectionSet, ...operation }) => ({
      ...operation,
      selectionSet: nested.reduce(renamedIn(fetch), selectionSet),
    }),
  });
  // And are taken back when what lies below them is done.
  const outputRewrites = fetch.outputRewrites?.toSorted((one, other) => other.path.length - one.path.length);
  return { ...fetch, operation: stripIgnoredCharacters(print(document)), outputRewrites };
};

/** What a fetch asks of entities, it renames below the field that they stand in. */
const renamedIn =
  ({ requires }: FetchNode) =>
  (set: SelectionSetNode, renamer: KeyRenamer): SelectionSetNode =>
    renamed(set, requires ? ['_entities', ...renamer.path] : renamer.path, renamer);

const renamed = (set: SelectionSetNode, path: readonly string[], renamer: KeyRenamer): SelectionSetNode => {
  const [part, ...rest] = path;
  if (part === undefined) return set;
  const below = <T extends SelectionNode>(node: T & { readonly selectionSet?: SelectionSetNode }, left: readonly string[]): T =>
    node.selectionSet ? { ...node, selectionSet: renamed(node.selectionSet, left, renamer) } : node;
  const field = (node: FieldNode): FieldNode => {
    if (rest.length > 0) return responseName(node) === part ? below(node, rest) : node;
    return responseName(node) === renamer.renameKeyTo ? { ...node, alias: { kind: Kind.NAME, value: part } } : node;
  };
  const selections = set.selections.map((node): SelectionNode => {
    if (node.kind === Kind.FIELD) return field(node);
    if (node.kind !== Kind.INLINE_FRAGMENT) return node;
    if (!node.typeCondition) return below(node, path);
    return part === `... on ${node.typeCondition.name.value}` ? below(node, rest) : node;
  });
  return { ...set, selections };
};
