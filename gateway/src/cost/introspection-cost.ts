import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  isWrappingType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../document/fragments.ts';

/** Of each value that tells of the schema: of a set of 30 plugins they are tens of thousands, made in one go. */
export const pointsPerValue = 0.2;

/** A selection of the schema: what is left out of it is not counted. */
export interface AskedOfSchema {
  readonly fragments: Fragments;
  readonly isIncluded: (node: SelectionNode) => boolean;
}

/** How many values `__schema` or `__type` answers, by how many types this schema has and how large they are. */
export const createIntrospectionSize = (schema: GraphQLSchema) => {
  const { everyType, fitting } = sizesOf(schema);

  return (node: FieldNode, { fragments, isIncluded }: AskedOfSchema): number => {
    const values = ({ selections }: SelectionSetNode, sizes: Sizes): number => {
      let sum = 0;
      for (const each of selections) {
        if (!isIncluded(each)) continue;
        if (each.kind === 'Field') {
          const inner = each.selectionSet ? values(each.selectionSet, each.name.value === 'types' ? everyType : fitting) : 0;
          sum += (sizes[each.name.value] ?? 1) * (1 + inner);
        } else {
          const fragment = each.kind === 'InlineFragment' ? each : fragments.get(each.name.value);
          if (fragment) sum += values(fragment.selectionSet, sizes);
        }
      }
      return sum;
    };
    return 1 + (node.selectionSet ? values(node.selectionSet, fitting) : 0);
  };
};

/** Of what was answered. */
export const countValues = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + countValues(each), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1);
};

/** How many there are below a field of the schema, on average. */
type Sizes = Readonly<Record<string, number>>;

/** Of every type that there is, and of those alone that have any: where it is not all of them, it is those that are asked about. */
const sizesOf = (schema: GraphQLSchema): { readonly everyType: Sizes; readonly fitting: Sizes } => {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []));
  const lists: Readonly<Record<string, readonly number[]>> = {
    fields: types.map((type) => (isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()).length : 0)),
    inputFields: types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
    enumValues: types.map((type) => (isEnumType(type) ? type.getValues().length : 0)),
    interfaces: types.map((type) => (isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().length : 0)),
    possibleTypes: types.map((type) => possibleTypes(schema, type)),
  };
  const once = {
    types: types.length,
    directives: schema.getDirectives().length,
    args: mean(fields.map(({ args }) => args.length)),
    ofType: mean(fields.map(({ type }) => (isWrappingType(type) ? 1 : 0))),
  };
  const sizes = (of: (lengths: readonly number[]) => number): Sizes => ({
    ...once,
    ...Object.fromEntries(Object.entries(lists).map(([name, lengths]) => [name, of(lengths)])),
  });
  return { everyType: sizes(mean), fitting: sizes((lengths) => mean(lengths.filter(Boolean))) };
};

const possibleTypes = (schema: GraphQLSchema, type: GraphQLNamedType): number =>
  isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type).length : 0;

const mean = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
