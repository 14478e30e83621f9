import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLNullableType,
  GraphQLString,
  isEnumType,
  isScalarType,
} from 'graphql';
import { isNestedWithin, scalarLevels } from '../nesting.ts';
import { isLeafObject } from './result-object.ts';

/** Whether a subgraph's value is one of the type. A custom scalar is what its subgraph says it is, as long as it can be written. */
export const leafCheck = (type: GraphQLLeafType): ((value: unknown) => boolean) => {
  if (isEnumType(type)) return (value) => typeof value === 'string' && type.getValue(value) !== undefined;
  switch (type.name) {
    case GraphQLString.name:
      return (value) => typeof value === 'string';
    case GraphQLID.name:
      return (value) => typeof value === 'string' || Number.isSafeInteger(value);
    case GraphQLInt.name:
      return (value) => typeof value === 'number' && (value | 0) === value;
    case GraphQLFloat.name:
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case GraphQLBoolean.name:
      return (value) => typeof value === 'boolean';
    default:
      return (value) => isNestedWithin(value, scalarLevels);
  }
};

/** Why an integer does not fit, where the type has no room for it; undefined for what is no such value at all. */
export const tooLarge = ({ name }: GraphQLLeafType, value: unknown): string | undefined => {
  if (!Number.isInteger(value)) return undefined;
  if (name === GraphQLInt.name) return `Int cannot represent non 32-bit signed integer value: ${value}`;
  // Whatever it was before it was read: another ID may have become the same.
  return name === GraphQLID.name ? `ID cannot represent an integer that JSON has rounded: ${value}` : undefined;
};

/** A scalar as it travels: an in-process subgraph may still hold it as a `Date`. */
export const asTransported = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && isLeafObject(value) ? value.toJSON() : value;

/** How code tells that `value` is plainly of this type and may be answered as it is; undefined where it takes a closer look. */
export const plainLeaf = (type: GraphQLNullableType): ((value: string) => string) | undefined => {
  if (!isScalarType(type)) return undefined;
  switch (type.name) {
    case GraphQLString.name:
    case GraphQLID.name:
      return (value) => `typeof ${value} === 'string'`;
    case GraphQLInt.name:
      // Not of anything but numbers: what becomes of an object there is for the object to say.
      return (value) => `typeof ${value} === 'number' && (${value} | 0) === ${value}`;
    case GraphQLBoolean.name:
      return (value) => `typeof ${value} === 'boolean'`;
    default:
      return undefined;
  }
};
