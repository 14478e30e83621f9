import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { graphsOf } from './slice.ts';

type TypeDefinition = DocumentNode['definitions'][number] & {
  readonly fields?: readonly FieldDefinitionNode[];
  readonly types?: readonly NamedTypeNode[];
  readonly directives?: FieldDefinitionNode['directives'];
};

/** By name, out of a supergraph's document. */
export const typesOf = (supergraph: DocumentNode): ReadonlyMap<string, TypeDefinition> =>
  new Map(
    supergraph.definitions.flatMap((node) =>
      'name' in node && node.name && 'directives' in node ? [[node.name.value, node as TypeDefinition]] : [],
    ),
  );

const rootNames = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/**
 * The subgraphs that an operation needs, those it has at hand included. A field that several can answer needs one of them alone: most objects of
 * many subgraphs are keys, and what every answer has, such as its user errors. Fragments are laid out before.
 */
export const neededGraphs = (
  types: ReadonlyMap<string, TypeDefinition>,
  operation: OperationDefinitionNode,
  atHand: Iterable<string> = [],
): ReadonlySet<string> => {
  const needed = new Set<string>(atHand);
  const choices: (readonly string[])[] = [];
  const add = (graphs: readonly string[]): void => {
    for (const graph of graphs) needed.add(graph);
  };
  const look = (parent: string, { selections }: SelectionSetNode): void => {
    const type = types.get(parent);
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) look(node.typeCondition?.name.value ?? parent, node.selectionSet);
      if (node.kind !== Kind.FIELD) continue;
      const field = type?.fields?.find(({ name }) => name.value === node.name.value);
      if (!field) continue;
      // Which objects an interface has is for all its subgraphs to say.
      if (type?.kind === Kind.OBJECT_TYPE_DEFINITION) choices.push(answerersOf(field, type));
      else add(joinersOf(field, type));
      if (node.selectionSet) look(namedOf(field.type), node.selectionSet);
    }
  };
  look(rootNames[operation.operation], operation.selectionSet);
  for (const graphs of choices) if (graphs.length === 1) add(graphs);
  for (const graphs of choices) if (!graphs.some((graph) => needed.has(graph))) add(graphs);
  return needed;
};

const joinersOf = (field: FieldDefinitionNode, type: TypeDefinition | undefined): readonly string[] => {
  const own = graphsOf(field);
  return own.length > 0 ? own : graphsOf(type);
};

/** Those that name a field which others answer for them are none. */
const answerersOf = (field: FieldDefinitionNode, type: TypeDefinition): readonly string[] => {
  const answering = {
    ...field,
    directives: field.directives?.filter((each) => !isTrue(each, 'external') && !isTrue(each, 'usedOverridden')),
  };
  const able = graphsOf(answering);
  return able.length > 0 ? able : joinersOf(field, type);
};

const isTrue = ({ arguments: given = [] }: ConstDirectiveNode, name: string): boolean =>
  given.some(({ name: { value: called }, value }) => called === name && value.kind === Kind.BOOLEAN && value.value);

const namedOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type));
