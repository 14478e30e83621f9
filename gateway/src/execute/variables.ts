import { GraphQLError, type GraphQLSchema, getVariableValues, Kind, type VariableDefinitionNode, valueFromASTUntyped } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** Takes the variables that one fetch uses out of those the client sent. */
export const variablePicker = (names: readonly string[] | undefined): ((variables: Variables) => Record<string, unknown>) => {
  if (!names || names.length === 0) return () => ({});
  return (variables) => {
    const picked: Record<string, unknown> = {};
    for (const name of names) if (Object.hasOwn(variables, name) && variables[name] !== undefined) picked[name] = variables[name];
    return picked;
  };
};

/**
 * What is wrong with the variables of a request, as graphql-js would say it; undefined where nothing is. A condition can't be null, which
 * a variable that has a default may be: the specification fails the object in which it stands, we the operation.
 */
export const variableCheck = (
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  conditions: readonly string[],
): ((variables: Variables) => readonly GraphQLError[] | undefined) => {
  if (definitions.length === 0) return () => undefined;
  const nullable = definitions.filter(({ type, variable }) => type.kind !== Kind.NON_NULL_TYPE && conditions.includes(variable.name.value));
  return (variables) => {
    const { errors } = getVariableValues(schema, definitions, { ...variables }, { maxErrors: 50 });
    return errors?.map(badInput) ?? nullConditions(variables, nullable);
  };
};

const nullConditions = (variables: Variables, nullable: readonly VariableDefinitionNode[]): readonly GraphQLError[] | undefined => {
  const nulls = nullable.filter(({ variable: { name }, defaultValue }) => {
    const value = Object.hasOwn(variables, name.value) ? variables[name.value] : undefined;
    return value === null || (value === undefined && defaultValue?.kind !== Kind.BOOLEAN);
  });
  const errorOf = (node: VariableDefinitionNode) =>
    badInput(new GraphQLError(`Variable "$${node.variable.name.value}" decides a condition and must not be null.`, { nodes: node }));
  return nulls.length > 0 ? nulls.map(errorOf) : undefined;
};

export const badInput = ({ message, nodes, path, originalError }: GraphQLError): GraphQLError =>
  new GraphQLError(message, { nodes, path, originalError, extensions: { code: 'BAD_USER_INPUT' } });

/** Reads the boolean variables of `@skip`, `@include` and conditional parts of the plan, with their defaults. */
export const conditionReader = (definitions: readonly VariableDefinitionNode[]): ((variables: Variables, name: string) => boolean) => {
  const defaults = new Map(
    definitions.flatMap((definition) =>
      definition.defaultValue ? [[definition.variable.name.value, valueFromASTUntyped(definition.defaultValue)] as const] : [],
    ),
  );
  return (variables, name) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return (value === undefined ? defaults.get(name) : value) === true;
  };
};
