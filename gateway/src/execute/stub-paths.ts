import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../document/fragments.ts';
import { type FetchPath, isTypeTest, readPart } from './fetch-path.ts';
import { fetchesOf, type PlacedFetch } from './placed-fetch.ts';

/** What fetches select of the objects at one path. */
interface Selected {
  readonly fetches: Set<FetchNode>;
  readonly leaves: Set<string>;
  /** What is fetched of equal ones may differ: something lies below, or only objects of some types lead there. */
  unlike: boolean;
}

/**
 * Paths at which a plan's objects are stubs: their name and one key, to be completed by other subgraphs. Equal ones may be one
 * object, since whatever is fetched of one of them below this path is fetched of all. Paths are joined names, without lists.
 */
export const stubPaths = (plan: PlanNode | SubscriptionNode): ReadonlyMap<string, string> => {
  const selected = new Map<string, Selected>();
  for (const placed of fetchesOf(plan)) select(selected, placed);
  const keys = new Map<string, string>();
  for (const [path, { fetches, leaves, unlike }] of selected) {
    const [fetch, another] = fetches;
    const rewritten = (fetch?.inputRewrites?.length ?? 0) + (fetch?.outputRewrites?.length ?? 0) > 0;
    const [key, more] = [...leaves].filter((name) => name !== '__typename');
    if (!another && !rewritten && !unlike && leaves.has('__typename') && key !== undefined && more === undefined) keys.set(path, key);
  }
  return keys;
};

export const withoutListMarks = (path: FetchPath): string => path.filter((part) => !isTypeTest(part) && part !== '@').join('.');

const select = (selected: Map<string, Selected>, { fetch, path }: PlacedFetch): void => {
  const document = parse(fetch.operation, { noLocation: true });
  const fragments = fragmentsOf(document);

  const at = (place: string): Selected => {
    const known = selected.get(place) ?? { fetches: new Set(), leaves: new Set(), unlike: false };
    selected.set(place, known);
    return known;
  };

  const names: string[] = [];
  let limited = false;
  for (const { name, types } of path.map(readPart)) {
    if (name && name !== '@') names.push(name);
    if (limited) at(names.join('.')).unlike = true;
    limited ||= types !== undefined;
  }
  // What an entity fetch says of its entities themselves completes stubs; it doesn't make any.
  const base = names.join('.');
  const visit = ({ selections }: SelectionSetNode, place: string): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (fragment) visit(fragment.selectionSet, place);
        continue;
      }
      const name = (selection.alias ?? selection.name).value;
      if (place !== base && selection.selectionSet) at(place).unlike = true;
      else if (place !== base) at(place).leaves.add(name);
      if (!selection.selectionSet) continue;
      const below = place ? `${place}.${name}` : name;
      at(below).fetches.add(fetch);
      visit(selection.selectionSet, below);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const [only] = definition.selectionSet.selections;
    if (!fetch.requires) visit(definition.selectionSet, base);
    else if (only?.kind === Kind.FIELD && only.selectionSet) visit(only.selectionSet, base);
  }
};
