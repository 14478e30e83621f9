import { type DirectiveNode, Kind, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';

/** Whether `@skip` and `@include` let a selection through, under these variables and their defaults. */
export const inclusion = (operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) => {
  const variable = (name: string): unknown => {
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue && valueFromASTUntyped(definition.defaultValue);
  };
  return (directives: readonly DirectiveNode[]): boolean =>
    directives.every(({ name, arguments: given }) => {
      const condition = given?.find((argument) => argument.name.value === 'if')?.value;
      if (!condition || (name.value !== 'skip' && name.value !== 'include')) return true;
      const value = condition.kind === Kind.VARIABLE ? variable(condition.name.value) : valueFromASTUntyped(condition);
      return (value === true) === (name.value === 'include');
    });
};
