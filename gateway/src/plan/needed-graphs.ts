import {
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

/** The subgraphs that answer one of an operation's fields, wherever it meets them. Fragments are laid out before. */
export const neededGraphs = (types: ReadonlyMap<string, TypeDefinition>, operation: OperationDefinitionNode): ReadonlySet<string> => {
  const needed = new Set<string>();
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
      const own = graphsOf(field);
      add(own.length > 0 ? own : graphsOf(type));
      if (node.selectionSet) look(namedOf(field.type), node.selectionSet);
    }
  };
  look(rootNames[operation.operation], operation.selectionSet);
  return needed;
};

const namedOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type));
