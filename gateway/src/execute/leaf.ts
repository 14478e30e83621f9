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

/** A value that fits, as clients get it: an ID is a text to them, also where its subgraph has a number for it. */
export const answeredAs = ({ name }: GraphQLLeafType): ((value: unknown) => unknown) =>
  name === GraphQLID.name ? String : (value) => value;

/** A scalar as it travels: an in-process subgraph may still hold it as a `Date`. */
export const asTransported = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && isLeafObject(value) ? value.toJSON() : value;

/** Code about a value that may be answered as it is. */
export interface PlainLeaf {
  /** Tells whether it plainly is of the type. */
  readonly fits: (value: string) => string;
  /** How many characters of an answer it takes, where that is more than a few. */
  readonly length?: (value: string) => string;
}

const plainText: PlainLeaf = { fits: (value) => `typeof ${value} === 'string'`, length: (value) => `${value}.length + 2` };
// Not of anything but numbers: what becomes of an object there is for the object to say.
const plainInt: PlainLeaf = { fits: (value) => `typeof ${value} === 'number' && (${value} | 0) === ${value}` };
const plainBoolean: PlainLeaf = { fits: (value) => `typeof ${value} === 'boolean'` };

const plainLeaves = new Map([
  [GraphQLString.name, plainText],
  [GraphQLID.name, plainText],
  [GraphQLInt.name, plainInt],
  [GraphQLBoolean.name, plainBoolean],
]);

/** Undefined for a type whose values take a closer look. */
export const plainLeaf = (type: GraphQLNullableType): PlainLeaf | undefined =>
  isScalarType(type) ? plainLeaves.get(type.name) : undefined;
