import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

type WithDirectives = { readonly directives?: readonly ConstDirectiveNode[] };

const argument = (directive: ConstDirectiveNode, name: string) => directive.arguments?.find((each) => each.name.value === name)?.value;

export const graphOf = (directive: ConstDirectiveNode): string | undefined => {
  const value = argument(directive, 'graph');
  return value?.kind === Kind.ENUM ? value.value : undefined;
};

/** Of the subgraphs that join an element; empty where it belongs to all that have its parent. */
export const graphsOf = (node: WithDirectives | undefined): readonly string[] =>
  (node?.directives ?? []).flatMap((each) => (each.name.value.startsWith('join__') ? (graphOf(each) ?? []) : []));

/**
 * A supergraph as if it were composed of some of its subgraphs alone. Good for planning an operation that needs no other: what
 * composition merged of the others into a type, such as that a field is nullable, changes no plan.
 */
export const sliceOf = (supergraph: DocumentNode, graphs: ReadonlySet<string>): DocumentNode => {
  const isKept = (directive: ConstDirectiveNode): boolean => {
    const graph = directive.name.value.startsWith('join__') ? graphOf(directive) : undefined;
    return graph === undefined || graphs.has(graph);
  };
  /** Without the joins of others; null where only others have it. */
  const narrowed = <T extends WithDirectives>(node: T): T | null => {
    const directives = (node.directives ?? []).filter(isKept);
    const belongs = graphsOf(node).length === 0 || directives.some((each) => graphOf(each) !== undefined);
    return belongs ? { ...node, directives, description: undefined } : null;
  };
  const withMembers = <T extends WithDirectives>(node: T): T | null => {
    const kept = narrowed(node);
    if (!kept) return null;
    const { interfaces, types } = node as { readonly interfaces?: readonly Named[]; readonly types?: readonly Named[] };
    const named = (directive: string, name: string) => namesOf(kept, directive, name);
    const implemented = interfaces && named('join__implements', 'interface');
    const members = types && named('join__unionMember', 'member');
    return {
      ...kept,
      ...(interfaces && { interfaces: interfaces.filter((each) => implemented?.has(each.name.value)) }),
      ...(types && { types: types.filter((each) => members?.has(each.name.value)) }),
    };
  };
  return visit(supergraph, {
    EnumTypeDefinition: (node) => (node.name.value === 'join__Graph' ? withGraphs(node, graphs) : narrowed(node)),
    EnumValueDefinition: narrowed,
    FieldDefinition: narrowed,
    InputValueDefinition: narrowed,
    ScalarTypeDefinition: narrowed,
    InputObjectTypeDefinition: narrowed,
    ObjectTypeDefinition: withMembers,
    InterfaceTypeDefinition: withMembers,
    UnionTypeDefinition: withMembers,
  });
};

type Named = { readonly name: { readonly value: string } };

const withGraphs = <T extends { readonly values?: readonly Named[] }>(node: T, graphs: ReadonlySet<string>): T => ({
  ...node,
  values: (node.values ?? []).filter(({ name }) => graphs.has(name.value)),
});

const namesOf = ({ directives = [] }: WithDirectives, directive: string, name: string): ReadonlySet<string> =>
  new Set(
    directives.flatMap((each) => {
      const value = each.name.value === directive ? argument(each, name) : undefined;
      return value?.kind === Kind.STRING ? [value.value] : [];
    }),
  );
