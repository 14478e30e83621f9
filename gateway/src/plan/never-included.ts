import {
  type ASTNode,
  type ASTVisitFn,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  GraphQLError,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
  visit,
} from 'graphql';
import { isIntrospection } from '../execute/selection.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Whether `@skip` and `@include` leave this selection out for good: by a constant, or by asking two things of one variable. */
export const isNeverIncluded = ({ directives = [] }: SelectionNode): boolean => {
  const conditionOf = (directive: string): ValueNode | undefined =>
    directives.find(({ name }) => name.value === directive)?.arguments?.find(({ name }) => name.value === 'if')?.value;
  const skip = conditionOf('skip');
  const include = conditionOf('include');
  if (skip?.kind === Kind.VARIABLE && include?.kind === Kind.VARIABLE) return skip.name.value === include.name.value;
  return (skip?.kind === Kind.BOOLEAN && skip.value) || (include?.kind === Kind.BOOLEAN && !include.value);
};

/**
 * The operation with its fragments laid out, without what is never included, and with `__typename` fetched of an object that is left
 * without fields: the planner would drop such an object too, so that `me { name @skip(if: true) }` were answered `me: null` in place of `me: {}`.
 * Without `__schema` and `__type` as well, which no subgraph is asked for: the planner has a rule of its own of what may be asked below them.
 */
export const laidOut = (definition: OperationDefinitionNode, fragments: Fragments): OperationDefinitionNode => {
  let spreads = 0;
  return visit(definition, {
    FragmentSpread: (node) => {
      spreads += 1;
      if (spreads > maxSpreads) throw new GraphQLError(tooManySpreads, { extensions: { code: 'COST_EXCEEDED' } });
      return isNeverIncluded(node) ? null : inPlace(node, fragments);
    },
    InlineFragment: { enter: dropped, leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined) },
    Field: { enter: leftOut, leave: filled },
  });
};

// Fragments that spread one another twice each would double at every one of them.
const maxSpreads = 10_000;
const tooManySpreads = `The operation spreads fragments more than ${maxSpreads} times, those within fragments counted wherever they are spread.`;

const dropped = (node: SelectionNode): null | undefined => (isNeverIncluded(node) ? null : undefined);

const leftOut: ASTVisitFn<FieldNode> = (field, _key, _parent, _path, ancestors) => {
  if (isNeverIncluded(field)) return null;
  if (!isIntrospection(field)) return undefined;
  if (ancestors.some(isBelowField)) throw new GraphQLError(introspectionBelow, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  return null;
};
const isBelowField = (ancestor: ASTNode | readonly ASTNode[]): boolean => 'kind' in ancestor && ancestor.kind === Kind.FIELD;
// Some field may lead back to `Query`.
const introspectionBelow = 'The schema is told at the root of a query alone.';

const inPlace = ({ name, directives }: FragmentSpreadNode, fragments: Fragments): InlineFragmentNode | null => {
  const fragment = fragments.get(name.value);
  if (!fragment) return null;
  const { typeCondition, selectionSet } = fragment;
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet };
};

const filled = (field: FieldNode): FieldNode | undefined =>
  field.selectionSet?.selections.length === 0 ? { ...field, selectionSet: { ...field.selectionSet, selections: [typename] } } : undefined;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
