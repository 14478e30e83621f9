import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql';
import type { PlannedOperation } from '../execute/planned-operation.ts';
import { conditionReader, type Variables } from '../execute/variables.ts';
import { onceFor } from '../once-for.ts';

/** What the variables of `@skip` and `@include` are in one request. */
export type Conditions = ReadonlyMap<string, boolean>;

/**
 * Plans are made for the conditions of a request, decided. The planner would carry them into its fetches, and where a requirement is
 * left out by one, leave out all that the same fetch asks for.
 */
export const conditionsOf = (document: DocumentNode, definition: OperationDefinitionNode, variables: Variables): Conditions => {
  const names = conditionNames(document);
  if (names.length === 0) return none;
  const holds = conditionReader(definition.variableDefinitions ?? []);
  return new Map(names.map((name) => [name, holds(variables, name)]));
};

const none: Conditions = new Map();

// With constants in place of these variables, and without what they decide to keep.
const decided = <T extends OperationDefinitionNode | FragmentDefinitionNode>(definition: T, conditions: Conditions): T => {
  if (conditions.size === 0) return definition;
  const decide = (node: SelectionNode) => {
    if (!node.directives?.length) return undefined;
    return {
      ...node,
      directives: node.directives.map((directive) => withConstant(directive, conditions)).filter((each) => !holdsAlways(each)),
    };
  };
  return visit(definition, { Field: decide, FragmentSpread: decide, InlineFragment: decide });
};

/** An operation whose conditions are decided, in its fragments too. */
export const decidedOperation = <T extends Pick<PlannedOperation, 'definition' | 'fragments'>>(
  operation: T,
  conditions: Conditions,
): T => ({
  ...operation,
  definition: decided(operation.definition, conditions),
  fragments: new Map([...operation.fragments].map(([name, fragment]) => [name, decided(fragment, conditions)])),
});

/** What a plan for these conditions is kept under. */
export const keyUnder = (text: string, conditions: Conditions): string =>
  conditions.size === 0 ? text : `${text}|${[...conditions.values()].map(Number).join('')}`;

const withConstant = (directive: DirectiveNode, conditions: Conditions): DirectiveNode => {
  const [argument] = directive.arguments ?? [];
  const value = isCondition(directive) && argument?.value.kind === Kind.VARIABLE ? conditions.get(argument.value.name.value) : undefined;
  if (value === undefined || !argument) return directive;
  return { ...directive, arguments: [{ ...argument, value: { kind: Kind.BOOLEAN, value } }] };
};

const holdsAlways = (directive: DirectiveNode): boolean => {
  const value = directive.arguments?.[0]?.value;
  return isCondition(directive) && value?.kind === Kind.BOOLEAN && value.value === (directive.name.value === 'include');
};

const isCondition = ({ name }: DirectiveNode): boolean => name.value === 'include' || name.value === 'skip';

// Documents are kept parsed, so each is looked through once.
const conditionNames = onceFor((document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value = directive.arguments?.[0]?.value;
      if (isCondition(directive) && value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
});
