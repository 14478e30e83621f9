import {
  type FloatValueNode,
  GraphQLError,
  type GraphQLInputType,
  getNamedType,
  type IntValueNode,
  isScalarType,
  isSpecifiedScalarType,
  type ValidationRule,
} from 'graphql';

/** A custom scalar may mean each of its digits; the planner reads numbers as JavaScript does, and would pass on another one. */
export const exactNumbers: ValidationRule = (context) => {
  const check = (node: FloatValueNode | IntValueNode): void => {
    if (!isCustom(context.getInputType()) || isExact(node.value)) return;
    context.reportError(new GraphQLError('A number has more digits than can be passed on; write it as a text.', { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

/** Of what stands within a custom scalar no type is known. */
const isCustom = (type: GraphQLInputType | null | undefined): boolean => {
  const named = type && getNamedType(type);
  return !named || (isScalarType(named) && !isSpecifiedScalarType(named));
};

const isExact = (text: string): boolean => {
  const read = Number(text);
  return !Number.isFinite(read) || digitsOf(text) === digitsOf(String(read));
};

/** Those that tell one number from another of its size. */
const digitsOf = (text: string): string => {
  const [mantissa = ''] = text.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, '');
  let [start, end] = [0, digits.length];
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return digits.slice(start, end);
};
