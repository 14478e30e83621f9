import { type VariableDefinitionNode, valueFromASTUntyped } from 'graphql';

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
