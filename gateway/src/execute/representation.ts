import {
  getResponseName,
  type QueryPlanFieldNode,
  type QueryPlanInlineFragmentNode,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isLeafObject, isResultObject, mergeInto, ownValue, type ResultObject, setOwn } from './result-object.ts';
import { typeCondition } from './type-condition.ts';

/** What a subgraph needs to know of an entity to find it; undefined where the entity lacks some of it. */
export type Representation = (entity: ResultObject) => ResultObject | undefined;

type Part = (source: ResultObject, into: ResultObject) => boolean;

/** Compiles the `requires` of an entity fetch. */
export const compileRepresentation = (schema: GraphQLSchema, requires: readonly QueryPlanSelectionNode[]): Representation => {
  const select = compileSelections(schema, requires);
  return (entity) => {
    const representation = select(entity);
    return representation?.__typename ? representation : undefined;
  };
};

const compileSelections = (schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[]) => {
  const parts = selections.map((selection) => (selection.kind === 'Field' ? field(schema, selection) : fragment(schema, selection)));
  return (source: ResultObject): ResultObject | undefined => {
    const selected: ResultObject = {};
    for (const part of parts) if (!part(source, selected)) return undefined;
    return selected;
  };
};

const field = (schema: GraphQLSchema, node: QueryPlanFieldNode): Part => {
  const name = getResponseName(node);
  const select = node.selections ? compileSelections(schema, node.selections) : undefined;
  const asSent = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asSent);
    if (select) return isResultObject(value) ? (select(value) ?? null) : null;
    return typeof value === 'object' && value !== null && isLeafObject(value) ? value.toJSON() : value;
  };
  return (source, into) => {
    const value = ownValue(source, name);
    if (value === undefined) return false;
    setOwn(into, name, asSent(value));
    return true;
  };
};

/** A fragment that does not apply, or lacks a field, adds nothing; it never spoils its siblings. */
const fragment = (schema: GraphQLSchema, node: QueryPlanInlineFragmentNode): Part => {
  const condition = node.typeCondition;
  if (condition === undefined) return () => true;
  const applies = typeCondition(schema, condition);
  const select = compileSelections(schema, node.selections);
  return (source, into) => {
    if (typeof source.__typename !== 'string' || !applies(source.__typename)) return true;
    const selected = select(source);
    if (selected) mergeInto(into, selected);
    return true;
  };
};
