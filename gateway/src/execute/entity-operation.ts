import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';

/** One text that asks for the entities of one or several fetches. */
export interface EntityOperation {
  readonly query: string;
  /** In the order of the texts it was made of: the name under which the entities are answered, and the variable that asks for them. */
  readonly parts: readonly { readonly alias: string; readonly variable: string }[];
}

/** Makes one operation of several that ask the same subgraph for entities: each becomes an alias of `_entities`. */
export const combineEntityQueries = (queries: readonly string[]): EntityOperation => {
  const [only, ...others] = queries;
  if (only === undefined || others.length === 0) return { query: only ?? '', parts: [{ alias: '_entities', variable: 'representations' }] };

  const documents = queries.map((query) => parse(query, { noLocation: true }).definitions);
  const operations = documents.map((definitions) => definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION));
  const shared = sharedVariables(operations.filter((operation) => operation !== undefined));
  const parts = queries.map((_, index) => ({ alias: `_${index}`, variable: freeName(`representations${index}`, shared) }));

  const definition: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    directives: operations[0]?.directives,
    variableDefinitions: [...parts.map(({ variable }) => representationsOf(variable)), ...shared.values()],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: operations.flatMap((operation, index) =>
        (operation?.selectionSet.selections ?? []).map((selection) => renamed(selection as FieldNode, index, parts[index])),
      ),
    },
  };
  const fragments = documents.flatMap((definitions, index) =>
    definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION).map((fragment) => withSuffix(fragment, index)),
  );
  return { query: stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions: [definition, ...fragments] })), parts };
};

/** All come from the client's operation, so the same name means the same variable. */
const sharedVariables = (operations: readonly OperationDefinitionNode[]): ReadonlyMap<string, VariableDefinitionNode> => {
  const definitions = operations.flatMap((operation) => operation.variableDefinitions ?? []);
  const entries = definitions.map((definition) => [definition.variable.name.value, definition] as const);
  return new Map(entries.filter(([name]) => name !== 'representations'));
};

const freeName = (name: string, taken: ReadonlyMap<string, unknown>): string => (taken.has(name) ? freeName(`_${name}`, taken) : name);

const renamed = (entities: FieldNode, index: number, part: EntityOperation['parts'][number] | undefined): FieldNode => {
  const { alias = '', variable = '' } = part ?? {};
  return {
    ...withSuffix(entities, index),
    alias: { kind: Kind.NAME, value: alias },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'representations' },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable } },
      },
    ],
  };
};

/** Fragments of two operations may bear the same name and differ. */
const withSuffix = <T extends FieldNode | FragmentDefinitionNode>(node: T, index: number): T => {
  const rename = <N extends { readonly name: FragmentDefinitionNode['name'] }>(named: N): N => ({
    ...named,
    name: { kind: Kind.NAME, value: `${named.name.value}_${index}` },
  });
  return visit(node, { FragmentSpread: rename, FragmentDefinition: { leave: rename } });
};

const representationsOf = (variable: string): VariableDefinitionNode => {
  const [definition] = parse(`query ($${variable}: [_Any!]!) { x }`, { noLocation: true }).definitions;
  const [first] = definition?.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [];
  if (!first) throw new Error('A variable definition was expected');
  return first;
};
