import {
  GraphQLError,
  GraphQLID,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isListType,
  Kind,
  type NamedTypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { isRounded } from './representation.ts';
import { isResultObject } from './result-object.ts';
import type { Variables } from './variables.ts';

/** What is wrong with the variables of a request; undefined where nothing is. */
export type VariableCheck = (variables: Variables) => readonly GraphQLError[] | undefined;

/** As graphql-js would say it, and what it lets pass: a condition that is null, an ID that is no longer the one that was sent. */
export const variableCheck = (
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  conditions: readonly string[],
): VariableCheck => {
  if (definitions.length === 0) return () => undefined;
  const checks = [...nullConditionChecks(definitions, conditions), ...roundedIdChecks(schema, definitions)];
  return (variables) => {
    const { errors } = getVariableValues(schema, definitions, { ...variables }, { maxErrors: 50 });
    if (errors) return errors.map(badInput);
    const found = checks.flatMap((check) => check(variables) ?? []);
    return found.length > 0 ? found : undefined;
  };
};

export const badInput = ({ message, nodes, path, originalError }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes, path, originalError, extensions: { code: 'BAD_USER_INPUT' } });

type Check = (variables: Variables) => GraphQLError | undefined;

const checkOf =
  (node: VariableDefinitionNode, isWrong: (value: unknown) => boolean, why: string): Check =>
  (variables) => {
    const name = node.variable.name.value;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isWrong(value) ? badInput(new GraphQLError(`Variable "$${name}" ${why}`, { nodes: node })) : undefined;
  };

/** A variable with a default may be null, which no condition can be: the specification fails the object in which it stands, we the operation. */
const nullConditionChecks = (definitions: readonly VariableDefinitionNode[], conditions: readonly string[]): readonly Check[] =>
  definitions
    .filter(({ type, variable }) => type.kind !== Kind.NON_NULL_TYPE && conditions.includes(variable.name.value))
    .map((node) => {
      const isNull = (value: unknown) => value === null || (value === undefined && node.defaultValue?.kind !== Kind.BOOLEAN);
      return checkOf(node, isNull, 'decides a condition and must not be null.');
    });

const roundedIdChecks = (schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): readonly Check[] =>
  definitions.flatMap((node) => {
    const type = typeFromAST(schema, node.type as NamedTypeNode);
    if (!isInputType(type) || !mayHoldIds(type)) return [];
    return checkOf(node, (value) => hasRoundedId(type, value), 'holds an ID that JSON has rounded to that of another; send it as a text.');
  });

const mayHoldIds = (type: GraphQLInputType): boolean => {
  const named = getNamedType(type);
  return isInputObjectType(named) || named.name === GraphQLID.name;
};

const hasRoundedId = (type: GraphQLInputType, value: unknown): boolean => {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return (Array.isArray(value) ? value : [value]).some((each) => hasRoundedId(nullable.ofType, each));
  if (!isInputObjectType(nullable)) return nullable.name === GraphQLID.name && isRounded(value);
  const fields = nullable.getFields();
  return isResultObject(value) && Object.values(fields).some((field) => hasRoundedId(field.type, value[field.name] ?? null));
};
