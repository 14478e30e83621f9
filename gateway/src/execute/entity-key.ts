import { getResponseName, type QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { ownValue, type ResultObject } from './result-object.ts';
import { typeCondition } from './type-condition.ts';

/** Equal for two objects exactly if they have the same representation, and cheaper than making it. */
export type EntityKey = (entity: ResultObject) => string;

/**
 * The one field that tells the entities of a type apart in this representation; undefined where it takes more than one, or an object.
 * Its value is a key by itself, with no text to be made.
 */
export const compileSingleKey = (
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
): ((typename: string) => string | undefined) => {
  const fieldsOf = (selections: readonly QueryPlanSelectionNode[], typename: string): string[] | undefined => {
    const names: string[] = [];
    for (const selection of selections) {
      if (selection.kind === 'Field') {
        if (selection.selections) return undefined;
        names.push(getResponseName(selection));
        continue;
      }
      const { typeCondition: condition } = selection;
      if (condition === undefined || !typeCondition(schema, condition)(typename)) continue;
      const inner = fieldsOf(selection.selections, typename);
      if (!inner) return undefined;
      names.push(...inner);
    }
    return names;
  };
  const known = new Map<string, string | undefined>();
  return (typename) => {
    if (known.has(typename)) return known.get(typename);
    const names = new Set(fieldsOf(requires, typename));
    if (!names.delete('__typename')) return undefined;
    const [only, another] = names;
    const single = another === undefined && only !== undefined && !(only in {}) ? only : undefined;
    if (schema.getType(typename)) known.set(typename, single);
    return single;
  };
};

/** What is kept of entities of this type, by their one key. */
export const entriesOf = <Value>(byType: Map<string, Map<unknown, Value>>, typename: string): Map<unknown, Value> => {
  const known = byType.get(typename) ?? new Map<unknown, Value>();
  byType.set(typename, known);
  return known;
};

type Part = (source: ResultObject, typename: string) => string;

export const compileEntityKey = (schema: GraphQLSchema, requires: readonly QueryPlanSelectionNode[]): EntityKey => {
  const parts = requires.map((selection) => compilePart(schema, selection));
  return (entity) => {
    const typename = typeof entity.__typename === 'string' ? entity.__typename : '';
    let key = typename;
    for (const part of parts) key += part(entity, typename);
    return key;
  };
};

const compilePart = (schema: GraphQLSchema, selection: QueryPlanSelectionNode): Part => {
  if (selection.kind === 'Field') {
    const name = getResponseName(selection);
    // The key begins with it.
    if (name === '__typename') return () => '';
    return (source) => token(ownValue(source, name));
  }
  const { typeCondition: condition, selections } = selection;
  if (condition === undefined) return () => '';
  const applies = typeCondition(schema, condition);
  const parts = selections.map((each) => compilePart(schema, each));
  return (source, typename) => {
    if (!applies(typename)) return '';
    let key = '';
    for (const part of parts) key += part(source, typename);
    return key;
  };
};

/** The length in front keeps values apart, whatever they contain. */
const token = (value: unknown): string => {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (typeof value !== 'object' || value === null) return `,${value}`;
  const text = JSON.stringify(value);
  return `{${text.length}:${text}`;
};
