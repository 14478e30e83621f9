import { type FetchNode, getResponseName, type PlanNode, type QueryPlan, type QueryPlanSelectionNode } from '@apollo/query-planner';
import type { OperationDefinitionNode } from 'graphql';
import { neededNames } from '../execute/placed-fetch.ts';
import { responseName } from '../execute/selection.ts';
import type { InterfaceObject, InterfaceObjects } from './interface-objects.ts';
import { narrowRequires, requiresOfType } from './narrow-requires.ts';
import { askedFields, prunedQuestion, type Question, questionText, readQuestion } from './question.ts';
import { fieldsOf, setsAt, type Types } from './wanted-fields.ts';

/** What one fetch asks of entities of one type, and tells of them. */
interface Part {
  readonly type: string;
  readonly operation: string;
  readonly requires: QueryPlanSelectionNode[];
  /** Whether it asks for anything that it doesn't tell. */
  readonly asks: boolean;
}

/**
 * Asks of objects of each type what the client wants to know of that type, and tells of them what that takes. A subgraph that knows only
 * their interface is asked by the planner for whatever is wanted of any type, and told what any of it requires: what fails of one that nobody
 * asked for would take along what somebody did, and an object of which nobody fetched a requirement would not be asked about at all.
 */
export const narrowFetches = (
  plan: QueryPlan,
  { selectionSet }: OperationDefinitionNode,
  types: Types,
  interfaceObjects: InterfaceObjects,
): QueryPlan => {
  const { node } = plan;
  if (!node || node.kind === 'Subscription') return plan;
  // What the plan itself needs.
  const needed = neededNames(node);

  const narrowed = (fetch: FetchNode, path: readonly string[]): PlanNode => {
    const { requires = [], operation } = fetch;
    const conditions = requires.map(conditionOf);
    if (conditions.length === 0) return fetch;
    const question = readQuestion(operation, types);
    const known = question && interfaceObjects.get(fetch.serviceName)?.get(question.type);
    if (!question || (!known && conditions.some(types.isInterface))) return fetch;
    const possible = [...new Set(conditions.flatMap(types.possibleTypes))];
    if (possible.length < 2) return fetch;
    const sets = setsAt(selectionSet, path, types);
    const ofAny = fieldsOf(sets);
    const parts = possible.map((type): Part => {
      const applies = (condition: string) => types.isOfType(type, condition);
      const pruned = prunedQuestion(question, { wanted: fieldsOf(sets, applies), ofAny, needed });
      const told = requiresOfType(requires, applies);
      return partOf(type, pruned, known ? narrowRequires(told, toldFor(known, pruned)) : told);
    });
    return apart(fetch, parts, known && question.type);
  };

  const narrow = (each: PlanNode, path: readonly string[]): PlanNode => {
    if (each.kind === 'Flatten') return { ...each, node: narrow(each.node, [...path, ...each.path.map(String)]) };
    if (each.kind === 'Sequence' || each.kind === 'Parallel') return { ...each, nodes: each.nodes.map((child) => narrow(child, path)) };
    return each.kind === 'Fetch' ? narrowed(each, path) : each;
  };
  return { ...plan, node: narrow(node, []) };
};

const conditionOf = (node: QueryPlanSelectionNode): string => (node.kind === 'InlineFragment' ? (node.typeCondition ?? '') : '');

/** Keys, and what the fields that are asked for require. */
const toldFor = ({ keys, requirements }: InterfaceObject, question: Question) => [
  ...keys,
  ...askedFields(question).flatMap(({ name }) => requirements.get(name.value) ?? []),
];

const partOf = (type: string, question: Question, requires: QueryPlanSelectionNode[]): Part => {
  const told = new Set(['__typename', ...requires.map((node) => (node.kind === 'Field' ? getResponseName(node) : ''))]);
  const asks = askedFields(question).some((field) => !told.has(responseName(field)));
  return { type, operation: questionText(question), requires, asks };
};

/** A fetch for each of the questions, where not the same is asked and told of all types. */
const apart = (fetch: FetchNode, parts: readonly Part[], interfaceName: string | undefined): PlanNode => {
  const [first] = parts;
  const isLike = ({ operation, requires }: Part): boolean =>
    operation === first?.operation && JSON.stringify(requires) === JSON.stringify(first.requires);
  const asking = parts.filter(({ asks }) => asks);
  if (parts.every(isLike) || asking.length === 0) return fetch;
  const inputRewrites = interfaceName === undefined ? fetch.inputRewrites : [namedAs(interfaceName)];
  const [only, ...others] = [...Map.groupBy(asking, ({ operation }) => operation)].map(
    ([operation, ofThem]): FetchNode => ({
      ...fetch,
      operation,
      requires: ofThem.map(({ type, requires }) => ({ kind: 'InlineFragment', typeCondition: type, selections: requires })),
      inputRewrites,
    }),
  );
  return only && others.length === 0 ? only : { kind: 'Parallel', nodes: [only ?? fetch, ...others] };
};

/** Its subgraph knows entities of all these types by one name. */
const namedAs = (name: string) => ({ kind: 'ValueSetter' as const, path: [`... on ${name}`, '__typename'], setValueTo: name });
