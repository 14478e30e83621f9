import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

export interface GeneratedOperation {
  readonly query: string;
  readonly variables: { readonly yes: boolean; readonly no: boolean };
}

/** Random queries over a schema: aliases, fragments on every possible type, conditions, repeated fields. Some may be invalid. */
export const operations = (schema: GraphQLSchema, ids: readonly string[]): fc.Arbitrary<GeneratedOperation> => {
  const root = schema.getQueryType();
  if (!root) throw new Error('The schema has no queries');
  const variables = fc.record({ yes: fc.boolean(), no: fc.boolean() });
  return fc.tuple(selections(schema, root, 4, ids), variables).map(([text, values]) => ({
    query: `query ($yes: Boolean = true, $no: Boolean = false) { __typename @include(if: $yes) @skip(if: $no) ${text} }`,
    variables: values,
  }));
};

// The stock executor drops what an object's fragment narrows again after another has widened it, so none is generated.
const selections = (
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  depth: number,
  ids: readonly string[],
  widened = false,
): fc.Arbitrary<string> => {
  const fields = isAbstractType(type) && !('getFields' in type) ? [] : Object.values('getFields' in type ? type.getFields() : {});
  const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
  const typename = fc.constantFrom('__typename', 't: __typename');
  const choices: fc.Arbitrary<string>[] = [typename, ...usable.map((field) => selection(schema, field, depth, ids))];
  for (const condition of conditionsOn(schema, type)) {
    if (depth > 0 && !widened)
      choices.push(selections(schema, condition, depth - 1, ids, isObjectType(type)).map((text) => `... on ${condition.name} { ${text} }`));
  }
  return fc.array(fc.oneof(...choices), { minLength: 1, maxLength: 4 }).map((texts) => texts.join(' '));
};

const selection = (
  schema: GraphQLSchema,
  field: GraphQLField<unknown, unknown>,
  depth: number,
  ids: readonly string[],
): fc.Arbitrary<string> => {
  const type = getNamedType(field.type);
  const below = isCompositeType(type) ? selections(schema, type, depth - 1, ids).map((text) => ` { ${text} }`) : fc.constant('');
  const condition = fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: true)') },
  );
  // An alias that names the arguments keeps most operations valid.
  return fc.tuple(argumentsOf(field, ids), fc.boolean(), condition, below).map(([given, aliased, when, text]) => {
    const alias = given ? `${field.name}_${given.replace(/\W+/g, '_')}: ` : aliased ? `_${field.name}: ` : '';
    return `${alias}${field.name}${given}${when}${text}`;
  });
};

const argumentsOf = (field: GraphQLField<unknown, unknown>, ids: readonly string[]): fc.Arbitrary<string> => {
  const [argument] = field.args;
  if (!argument) return fc.constant('');
  const type = getNamedType(argument.type);
  const values = isEnumType(type)
    ? fc.constantFrom(...type.getValues().map((value) => value.name))
    : type.name === 'Int'
      ? fc.constantFrom('0', '1', '2')
      : type.name === 'Boolean'
        ? fc.constantFrom('true', 'false')
        : fc.constantFrom(...ids).map((id) => JSON.stringify(id));
  const given = values.map((value) => `(${argument.name}: ${value})`);
  return isRequiredArgument(argument) ? given : fc.oneof(given, fc.constant(''));
};

const conditionsOn = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
  isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : isObjectType(type) ? type.getInterfaces() : [];
