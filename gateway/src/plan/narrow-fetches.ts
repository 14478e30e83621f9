import {
  type FetchNode,
  type FlattenNode,
  getResponseName,
  type PlanNode,
  type QueryPlan,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { type FieldNode, type OperationDefinitionNode, print } from 'graphql';
import { neededNames } from '../execute/placed-fetch.ts';
import { responseName } from '../execute/selection.ts';
import type { InterfaceObject, InterfaceObjects } from './interface-objects.ts';
import { narrowPaths } from './narrow-paths.ts';
import { narrowRequires, requiresOfType } from './narrow-requires.ts';
import { askedFields, prunedQuestion, type Question, questionsByGroup, questionText, readQuestion } from './question.ts';
import { type Sets, setsAt, type Types } from './wanted-fields.ts';

/** What one fetch asks of entities of one type, and tells of them. */
interface Part {
  readonly type: string;
  readonly operation: string;
  readonly requires: QueryPlanSelectionNode[];
  /** Whether it asks for anything that it doesn't tell. */
  readonly asks: boolean;
}

/** What is known of the supergraph, beside the operation that is planned. */
interface Known {
  readonly types: Types;
  readonly interfaceObjects: InterfaceObjects;
}

/**
 * Asks of objects of each type what the client wants to know of that type, where they stand, and tells of them what that takes. A subgraph
 * that knows only their interface is asked by the planner for whatever is wanted of any type, and told what any of it requires: what fails
 * of one that nobody asked for would take along what somebody did, and an object of which nobody fetched a requirement would not be asked
 * about at all.
 */
export const narrowFetches = (
  plan: QueryPlan,
  { selectionSet }: OperationDefinitionNode,
  root: string | undefined,
  { types, interfaceObjects }: Known,
): QueryPlan => {
  const { node } = plan;
  if (!node) return plan;
  // What the plan itself needs.
  const needed = neededNames(node);
  const start = { sets: [selectionSet], possible: root === undefined ? [] : [root] };
  const hasInterfaceObjects = [...interfaceObjects.values()].some(({ size }) => size > 0);

  /** A fetch where this is wanted of objects, of all that is wanted at its path; undefined where nothing of it is. */
  const narrowed = (fetch: FetchNode, question: Question, wanted: Sets, ofAny: Sets): PlanNode | undefined => {
    const { requires = [] } = fetch;
    const objects = interfaceObjects.get(fetch.serviceName);
    const known = objects?.get(question.type ?? '');
    const asked = { wanted, ofAny, needed, types, interfaceObjects: objects };
    const conditions = requires.map(conditionOf);
    const possible = [...new Set(conditions.flatMap(types.possibleTypes))];
    if (question.type === undefined || (!known && (conditions.some(types.isInterface) || possible.length < 2))) {
      return wanted === ofAny ? fetch : askingFor(fetch, prunedQuestion(question, asked));
    }
    const partsOf = (pruned: Question, type: string, applies: (condition: string) => boolean): readonly Part[] => {
      const told = requiresOfType(requires, applies);
      if (!known) return [partOf(type, pruned, told)];
      return questionsByGroup(pruned, requirementOf(known)).map((each) => partOf(type, each, narrowRequires(told, toldFor(known, each))));
    };
    const parts = possible.flatMap((type) =>
      partsOf(prunedQuestion(question, { ...asked, of: [type] }), type, (condition) => types.isOfType(type, condition)),
    );
    // Of some nothing but the interface may be known by then.
    const untold = conditions.some(types.isInterface)
      ? partsOf(prunedQuestion(question, { ...asked, of: possible, isUntold: true }), question.type, types.isInterface)
      : [];
    return apart(fetch, [...untold, ...parts], known && question.type);
  };

  const placed = (flatten: FlattenNode, fetch: FetchNode): PlanNode => {
    const path = flatten.path.map(String);
    const question = fetch.requires && readQuestion(fetch.operation, types);
    if (!question) return flatten;
    const ofAny = setsAt(selectionSet, path, types);
    const parts = hasInterfaceObjects ? narrowPaths(start, path, types, (wanted) => narrowed(fetch, question, wanted, ofAny)) : [];
    const nodes = parts.flatMap(({ path, end }): PlanNode[] => (end ? [{ ...flatten, path: [...path], node: end }] : []));
    return parts.length > 1 ? { kind: 'Parallel', nodes } : { ...flatten, node: narrowed(fetch, question, ofAny, ofAny) ?? fetch };
  };

  const narrow = (each: PlanNode): PlanNode => {
    if (each.kind === 'Sequence' || each.kind === 'Parallel') return { ...each, nodes: each.nodes.map(narrow) };
    return each.kind === 'Flatten' && each.node.kind === 'Fetch' ? placed(each, each.node) : each;
  };
  // The events themselves are asked for by the client's own field.
  return { ...plan, node: node.kind === 'Subscription' ? { ...node, rest: node.rest && narrow(node.rest) } : narrow(node) };
};

const askingFor = (fetch: FetchNode, question: Question): FetchNode | undefined =>
  askedFields(question).length > 0 ? { ...fetch, operation: questionText(question) } : undefined;

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

/** A fetch for each of the questions; undefined where nothing is asked. */
const apart = (fetch: FetchNode, parts: readonly Part[], interfaceName: string | undefined): PlanNode | undefined => {
  const inputRewrites = interfaceName === undefined ? fetch.inputRewrites : [namedAs(interfaceName)];
  const asking = parts.filter(({ asks }) => asks);
  const nodes = [...Map.groupBy(asking, ({ operation }) => operation)].map(
    ([operation, ofThem]): FetchNode => ({
      ...fetch,
      operation,
      requires: ofThem.map(({ type, requires }) => ({ kind: 'InlineFragment', typeCondition: type, selections: requires })),
      inputRewrites,
    }),
  );
  return nodes.length > 1 ? { kind: 'Parallel', nodes } : nodes[0];
};

/** Its subgraph knows entities of all these types by one name. */
const namedAs = (name: string) => ({ kind: 'ValueSetter' as const, path: [`... on ${name}`, '__typename'], setValueTo: name });
