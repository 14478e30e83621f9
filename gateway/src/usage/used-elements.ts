import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * What of a schema a valid operation uses, as schema coordinates: `Type.field`, `Type.field(argument:)`, `Input.field`, `Enum.VALUE`.
 * Of an input or enum that comes in a variable only the type is known. Sorted; without introspection.
 */
export const usedElements = (schema: GraphQLSchema, document: DocumentNode): string[] => {
  const used = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field({ name: { value: field } }) {
        const parent = info.getParentType();
        if (parent && info.getFieldDef() && !field.startsWith('__') && !parent.name.startsWith('__')) used.add(`${parent.name}.${field}`);
      },
      Argument({ name }) {
        const field = info.getFieldDef();
        const parent = info.getParentType();
        if (field && parent && !info.getDirective() && !field.name.startsWith('__'))
          used.add(`${parent.name}.${field.name}(${name.value}:)`);
      },
      ObjectField({ name }) {
        const parent = getNamedType(info.getParentInputType());
        if (isInputObjectType(parent)) used.add(`${parent.name}.${name.value}`);
      },
      EnumValue({ value }) {
        const type = getNamedType(info.getInputType());
        if (isEnumType(type)) used.add(`${type.name}.${value}`);
      },
      VariableDefinition() {
        const type = getNamedType(info.getInputType());
        if (isInputObjectType(type) || isEnumType(type)) used.add(type.name);
      },
    }),
  );
  return [...used].sort();
};
