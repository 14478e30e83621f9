import { type FetchNode, getResponseName, type PlanNode, type QueryPlan, type QueryPlanSelectionNode } from '@apollo/query-planner';
import { type FieldNode, type OperationDefinitionNode, print } from 'graphql';
import { neededNames } from '../execute/placed-fetch.ts';
import { responseName } from '../execute/selection.ts';
import type { InterfaceObject, InterfaceObjects } from './interface-objects.ts';
import { narrowRequires, requiresOfType } from './narrow-requires.ts';
import { askedFields, prunedQuestion, type Question, questionsByGroup, questionText, readQuestion } from './question.ts';
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
    if (!known && possible.length < 2) return fetch;
    const sets = setsAt(selectionSet, path, types);
    const ofAny = fieldsOf(sets);
    const parts = possible.flatMap((type): readonly Part[] => {
      const applies = (condition: string) => types.isOfType(type, condition);
      const pruned = prunedQuestion(question, { wanted: fieldsOf(sets, applies), ofAny, needed });
      const told = requiresOfType(requires, applies);
      if (!known) return [partOf(type, pruned, told)];
      return questionsByGroup(pruned, requirementOf(known)).map((each) => partOf(type, each, narrowRequires(told, toldFor(known, each))));
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

/** Fields that require the same can be asked together: an object that lacks a requirement is asked for all others. */
const requirementOf =
  ({ requirements }: InterfaceObject) =>
  ({ name }: FieldNode): string => {
    const required = requirements.get(name.value);
    return required ? print(required) : '';
  };

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

/** A fetch for each of the questions. What is asked and told alike of all types needs nobody to have told the types. */
const apart = (fetch: FetchNode, parts: readonly Part[], interfaceName: string | undefined): PlanNode => {
  const asking = parts.filter(({ asks }) => asks);
  if (asking.length === 0) return fetch;
  const { requires = [] } = fetch;
  const types = new Set(parts.map(({ type }) => type));
  const inputRewrites = interfaceName === undefined ? fetch.inputRewrites : [namedAs(interfaceName)];
  const [only, ...others] = [...Map.groupBy(asking, ({ operation }) => operation)].map(([operation, ofThem]): FetchNode => {
    const told = new Set(ofThem.map((part) => JSON.stringify(part.requires)));
    if (ofThem.length < types.size || told.size > 1) {
      return { ...fetch, operation, requires: ofThem.map(({ type, requires }) => onType(type, requires)), inputRewrites };
    }
    const conditions = new Set(requires.map(conditionOf));
    return { ...fetch, operation, requires: [...conditions].map((type) => onType(type, ofThem[0]?.requires ?? [])) };
  });
  return only && others.length === 0 ? only : { kind: 'Parallel', nodes: [only ?? fetch, ...others] };
};

const onType = (typeCondition: string, selections: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'InlineFragment',
  typeCondition,
  selections,
});

/** Its subgraph knows entities of all these types by one name. */
const namedAs = (name: string) => ({ kind: 'ValueSetter' as const, path: [`... on ${name}`, '__typename'], setValueTo: name });
