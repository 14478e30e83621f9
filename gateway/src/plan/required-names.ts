import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';

/** Names in the answers of subgraphs that stand for another name of the client's. */
const prefix = '_asked_';

/**
 * Names of fields that some `@requires` selects and that take arguments. The planner fetches them under their own names, and
 * where the client selects one with other arguments, or gives its name to something else, the two would get one value.
 */
export const requiredNames = (schema: GraphQLSchema): ReadonlySet<string> => {
  const required = new Set<string>();
  const withArguments = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length > 0) withArguments.add(field.name);
      for (const directive of field.astNode?.directives ?? []) {
        if (directive.name.value !== 'join__field') continue;
        const requires = directive.arguments?.find(({ name }) => name.value === 'requires')?.value;
        if (requires?.kind === Kind.STRING) visit(parse(`{${requires.value}}`), { Field: ({ name }) => void required.add(name.value) });
      }
    }
  }
  return new Set([...required].filter((name) => withArguments.has(name)));
};

/** Gives the client's fields of such names another one for the plan. */
export const withoutRequiredNames = <T extends OperationDefinitionNode | FragmentDefinitionNode>(
  definition: T,
  required: ReadonlySet<string>,
): T => {
  if (required.size === 0) return definition;
  return visit(definition, {
    Field: (field: FieldNode) => {
      const name = field.alias?.value ?? field.name.value;
      return required.has(name) ? { ...field, alias: { kind: Kind.NAME, value: `${prefix}${name}` } } : undefined;
    },
  });
};

/** Under which name the answers of subgraphs hold what the client asked for. */
export const plannedName = (name: string, required: ReadonlySet<string>): string => (required.has(name) ? `${prefix}${name}` : name);

/** A path in the answers of subgraphs as the client knows it. */
export const clientPath = (path: readonly (string | number)[], required: ReadonlySet<string>): readonly (string | number)[] =>
  path.map((part) =>
    typeof part === 'string' && part.startsWith(prefix) && required.has(part.slice(prefix.length)) ? part.slice(prefix.length) : part,
  );
