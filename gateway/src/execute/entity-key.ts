import { getResponseName, type QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { ownValue, type ResultObject } from './result-object.ts';
import { typeCondition } from './type-condition.ts';

/** Equal for two objects exactly if they have the same representation, and cheaper than making it. */
export type EntityKey = (entity: ResultObject) => string;

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
