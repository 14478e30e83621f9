import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { readPart } from '../execute/fetch-path.ts';
import { neededNames } from '../execute/placed-fetch.ts';
import { responseName } from '../execute/selection.ts';

/** What a supergraph says of its types, by their names. */
export interface Types {
  isInterface(name: string): boolean;
  isOfType(name: string, condition: string): boolean;
}

type Sets = readonly SelectionSetNode[];
type Wanted = ReadonlyMap<string, Sets>;

/**
 * Asks of objects of each type what the client wants to know of that type. A subgraph that knows only their interface is asked by the
 * planner for whatever is wanted of any type: what fails of one that nobody asked for would be told, and take along what somebody did.
 */
export const narrowFetches = (plan: QueryPlan, { selectionSet }: OperationDefinitionNode, types: Types): QueryPlan => {
  const { node } = plan;
  if (!node || node.kind === 'Subscription') return plan;
  // What the plan itself needs.
  const needed = neededNames(node);

  const narrow = (each: PlanNode, path: readonly string[]): PlanNode => {
    if (each.kind === 'Flatten') return { ...each, node: narrow(each.node, [...path, ...each.path.map(String)]) };
    if (each.kind === 'Sequence' || each.kind === 'Parallel') return { ...each, nodes: each.nodes.map((child) => narrow(child, path)) };
    const document = each.kind === 'Fetch' && questionToInterface(each, types);
    if (!document) return each;
    const sets = setsAt(selectionSet, path);
    const ofAny = fieldsOf(sets);
    const byText = Map.groupBy(each.requires ?? [], (required) => {
      const type = conditionOf(required) ?? '';
      return pruned(document, { wanted: fieldsOf(sets, (condition) => types.isOfType(type, condition)), ofAny, needed });
    });
    if (byText.size < 2) return each;
    return { kind: 'Parallel', nodes: [...byText].map(([operation, requires]) => ({ ...each, operation, requires: [...requires] })) };
  };
  return { ...plan, node: narrow(node, []) };
};

const conditionOf = (node: QueryPlanSelectionNode): string | undefined => (node.kind === 'InlineFragment' ? node.typeCondition : undefined);

/** What a fetch asks, if it asks for objects of several types as objects of one interface. */
const questionToInterface = ({ requires = [], operation }: FetchNode, { isInterface }: Types): DocumentNode | undefined => {
  const conditions = requires.map(conditionOf);
  if (conditions.length < 2 || conditions.some((condition) => condition === undefined || isInterface(condition))) return undefined;
  const document = parse(operation, { noLocation: true });
  const [definition, another] = document.definitions;
  if (another || definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const [entities] = definition.selectionSet.selections;
  const isOfInterface = (node: SelectionNode): boolean =>
    node.kind === Kind.INLINE_FRAGMENT && isInterface(node.typeCondition?.name.value ?? '');
  return entities?.kind === Kind.FIELD && entities.selectionSet?.selections.every(isOfInterface) ? document : undefined;
};

/** What the client selects at the path of a fetch, of objects of whatever type. */
const setsAt = (root: SelectionSetNode, path: readonly string[]): Sets =>
  path
    .map((part) => readPart(part).name)
    .reduce((sets: Sets, name) => (name && name !== '@' ? (fieldsOf(sets).get(name) ?? []) : sets), [root]);

const fieldsOf = (sets: Sets, applies: (condition: string) => boolean = () => true): Wanted => {
  const fields = new Map<string, Sets>();
  const collect = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) {
      const name = responseName(selection);
      fields.set(name, [...(fields.get(name) ?? []), ...(selection.selectionSet ? [selection.selectionSet] : [])]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT && (!selection.typeCondition || applies(selection.typeCondition.name.value))) {
      selection.selectionSet.selections.forEach(collect);
    }
  };
  for (const { selections } of sets) selections.forEach(collect);
  return fields;
};

interface Asked {
  readonly wanted: Wanted;
  readonly ofAny: Wanted;
  readonly needed: ReadonlySet<string>;
}

/** The text of a fetch without the fields that are wanted of other types alone. */
const pruned = (document: DocumentNode, asked: Asked): string => {
  const within = visit(document, {
    SelectionSet: (set, _key, parent) => {
      if (!parent || !('kind' in parent) || parent.kind !== Kind.OPERATION_DEFINITION) return undefined;
      return {
        ...set,
        selections: set.selections.map((entities) => (entities.kind === Kind.FIELD ? prunedField(entities, asked) : entities)),
      };
    },
  });
  const used = new Set<string>();
  visit(within, { Argument: (node) => visit(node, { Variable: ({ name }) => void used.add(name.value) }) });
  return stripIgnoredCharacters(
    print(visit(within, { VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null) })),
  );
};

const prunedField = (field: FieldNode, asked: Asked): FieldNode => {
  if (!field.selectionSet) return field;
  const left = prunedAll(field.selectionSet, asked);
  // Something must be asked of an object; its name alone would be the interface's, where another subgraph may have told a better one.
  return left.length > 0 ? { ...field, selectionSet: { ...field.selectionSet, selections: left } } : field;
};

const prunedAll = ({ selections }: SelectionSetNode, asked: Asked): readonly SelectionNode[] =>
  selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const left = prunedAll(selection.selectionSet, asked);
      return left.length > 0 ? [{ ...selection, selectionSet: { ...selection.selectionSet, selections: left } }] : [];
    }
    if (selection.kind !== Kind.FIELD) return [selection];
    const name = responseName(selection);
    const [wanted, ofAny] = [asked.wanted.get(name), asked.ofAny.get(name)];
    if (!ofAny || asked.needed.has(name)) return [selection];
    return wanted ? [prunedField(selection, { ...asked, wanted: fieldsOf(wanted), ofAny: fieldsOf(ofAny) })] : [];
  });
