import { type FloatValueNode, GraphQLError, type IntValueNode, type ValidationRule } from 'graphql';

/** A number may be written that no number is large enough for; nobody could plan with it, nor pass it on. */
export const finiteNumbers: ValidationRule = (context) => {
  const check = (node: FloatValueNode | IntValueNode): void => {
    if (Number.isFinite(Number(node.value))) return;
    context.reportError(new GraphQLError('A number is too large to be one.', { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};
