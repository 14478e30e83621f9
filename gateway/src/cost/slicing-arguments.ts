import { type FieldNode, type GraphQLArgument, type GraphQLField, Kind, type ValueNode } from 'graphql';
import { Refusal } from '../problem.ts';
import type { SizeRule } from './field-weights.ts';

/** The value that is written, with variables put in; undefined for a variable that was given none, null for one that is null. */
type ValueIn = (written: ValueNode) => unknown;

/** The most that any slicing argument asks for. Throws where exactly one has to be given and is not. */
export const wantedSize = (
  rule: SizeRule,
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  valueIn: ValueIn,
): number | undefined => {
  const slicing = field.args.filter(({ name }) => rule.slicing.includes(name)).map((argument) => slice(argument, node, valueIn));
  if (rule.requiresOne && slicing.length && countGiven(slicing) !== 1) throw notOne(node, slicing);
  const asked = slicing.flatMap(({ value, otherwise }) => {
    const size = value ?? otherwise;
    return typeof size === 'number' && size >= 0 ? size : [];
  });
  return asked.length ? Math.max(...asked) : rule.assumed;
};

interface Slice {
  readonly name: string;
  readonly written: ValueNode | undefined;
  readonly value: unknown;
  /** What the schema says where the client says nothing. */
  readonly otherwise: unknown;
}

const slice = ({ name, defaultValue }: GraphQLArgument, node: FieldNode, valueIn: ValueIn): Slice => {
  const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
  return { name, written, value: written && valueIn(written), otherwise: defaultValue };
};

/** Null gives nothing, and leaves no room for a default. The defaults of the schema count together as one, and only where the client gives none. */
const countGiven = (slicing: readonly Slice[]): number => {
  const given = slicing.filter(({ value }) => value !== undefined && value !== null).length;
  return given || Number(slicing.some(({ value, otherwise }) => value === undefined && otherwise !== undefined && otherwise !== null));
};

// As with `@oneOf`: what the text alone decides makes it invalid, what variables decide is their fault.
const notOne = ({ name }: FieldNode, slicing: readonly Slice[]): Refusal => {
  const code = slicing.some(({ written }) => written?.kind === Kind.VARIABLE) ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED';
  const names = slicing.map((each) => each.name).join(', ');
  const message = `The field ${name.value} takes exactly one of its slicing arguments (${names}); it was given ${countGiven(slicing)}.`;
  return new Refusal(code, { message });
};
