import { type DirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql';

/**
 * The supergraph as the planner should see it: where a subgraph can resolve a type by one key, its keys that it can't resolve
 * are left out. The planner may pick one of those to find the entity by, and gets null.
 */
export const plannableSupergraph = (sdl: string): DocumentNode => {
  const withResolvableKeys = <T extends { readonly directives?: readonly DirectiveNode[] }>(type: T): T => {
    const { directives = [] } = type;
    const resolvable = new Set(directives.filter((each) => isKey(each) && isResolvable(each)).map(graphOf));
    return { ...type, directives: directives.filter((each) => !isKey(each) || isResolvable(each) || !resolvable.has(graphOf(each))) };
  };
  return visit(parse(sdl, { noLocation: true }), {
    ObjectTypeDefinition: withResolvableKeys,
    InterfaceTypeDefinition: withResolvableKeys,
  });
};

const argument = (directive: DirectiveNode, name: string) => directive.arguments?.find((each) => each.name.value === name)?.value;

const isKey = (directive: DirectiveNode): boolean => directive.name.value === 'join__type' && argument(directive, 'key') !== undefined;

const isResolvable = (directive: DirectiveNode): boolean => {
  const resolvable = argument(directive, 'resolvable');
  return resolvable?.kind !== Kind.BOOLEAN || resolvable.value;
};

const graphOf = (directive: DirectiveNode): string | undefined => {
  const graph = argument(directive, 'graph');
  return graph?.kind === Kind.ENUM ? graph.value : undefined;
};
