import {
  getResponseName,
  type QueryPlanFieldNode,
  type QueryPlanInlineFragmentNode,
  type QueryPlanSelectionNode,
} from '@apollo/query-planner';
import { GraphQLID, GraphQLInt, type GraphQLNamedType, type GraphQLSchema, getNamedType } from 'graphql';
import { isLeafObject, isResultObject, mergeInto, ownValue, type ResultObject, setOwn } from './result-object.ts';
import { typeCondition } from './type-condition.ts';

/** What a subgraph needs to know of an entity to find it; undefined where the entity lacks some of it. */
export type Representation = (entity: ResultObject) => ResultObject | typeof rounded | undefined;

/** An entity that can't be represented: some of it is an integer that JSON has rounded, and so that of another. */
export const rounded = Symbol('rounded');

/** Whether JSON has made this of more than one integer. */
export const isRounded = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

type Part = (source: ResultObject, into: ResultObject) => boolean;

/** Compiles the `requires` of an entity fetch. */
export const compileRepresentation = (schema: GraphQLSchema, requires: readonly QueryPlanSelectionNode[]): Representation => {
  const select = compileSelections(schema, requires, undefined);
  return (entity) => {
    try {
      const representation = select(entity);
      return representation?.__typename ? representation : undefined;
    } catch (error) {
      if (error === rounded) return rounded;
      throw error;
    }
  };
};

type Parent = GraphQLNamedType | undefined;

const compileSelections = (schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[], parent: Parent) => {
  const parts = selections.map((each) => (each.kind === 'Field' ? field(schema, each, parent) : fragment(schema, each, parent)));
  return (source: ResultObject): ResultObject | undefined => {
    const selected: ResultObject = {};
    for (const part of parts) if (!part(source, selected)) return undefined;
    return selected;
  };
};

const field = (schema: GraphQLSchema, node: QueryPlanFieldNode, parent: Parent): Part => {
  const name = getResponseName(node);
  const type = typeOf(node, parent);
  const select = node.selections ? compileSelections(schema, node.selections, type) : undefined;
  // What is rounded in a `Float` is what a `Float` is, and a custom scalar is what its subgraph says it is.
  const isExact = type?.name === GraphQLID.name || type?.name === GraphQLInt.name;
  const asSent = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asSent);
    if (select) return isResultObject(value) ? (select(value) ?? null) : null;
    if (isExact && isRounded(value)) throw rounded;
    return typeof value === 'object' && value !== null && isLeafObject(value) ? value.toJSON() : value;
  };
  return (source, into) => {
    const value = ownValue(source, name);
    if (value === undefined) return false;
    setOwn(into, name, asSent(value));
    return true;
  };
};

const typeOf = (node: QueryPlanFieldNode, parent: Parent): Parent => {
  const field = parent && 'getFields' in parent ? parent.getFields()[node.name] : undefined;
  return field && getNamedType(field.type);
};

/** A fragment that does not apply, or lacks a field, adds nothing; it never spoils its siblings. */
const fragment = (schema: GraphQLSchema, node: QueryPlanInlineFragmentNode, parent: Parent): Part => {
  const condition = node.typeCondition;
  if (condition === undefined) return () => true;
  const applies = typeCondition(schema, condition);
  const select = compileSelections(schema, node.selections, schema.getType(condition) ?? parent);
  return (source, into) => {
    if (typeof source.__typename !== 'string' || !applies(source.__typename)) return true;
    const selected = select(source);
    if (selected) mergeInto(into, selected);
    return true;
  };
};
