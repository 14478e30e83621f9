import {
  type ASTNode,
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

/** What one field costs, by `@cost` and `@listSize` as the supergraph carries them. */
export interface FieldWeight {
  /** Of the field once, or of each element of its list. */
  readonly each: number;
  readonly isList: boolean;
  readonly size: SizeRule | undefined;
  /** The one subgraph that answers it; undefined where several may. */
  readonly owner: string | undefined;
}

/** How long the lists below a field get. */
export interface SizeRule {
  readonly assumed: number | undefined;
  /** Arguments that say how many are wanted. */
  readonly slicing: readonly string[];
  /** Fields of its answer that are the list in question; none where the field itself is. */
  readonly sized: readonly string[];
}

export type FieldWeights = (parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>) => FieldWeight;

/** Reads them once per supergraph, each field when it is first asked for. */
export const createFieldWeights = (schema: GraphQLSchema): FieldWeights => {
  const known = new Map<GraphQLField<unknown, unknown>, FieldWeight>();
  const names = subgraphNames(schema);
  return (parent, field) => {
    const weight = known.get(field) ?? read(names, parent, field);
    known.set(field, weight);
    return weight;
  };
};

/** Of an argument that is given. */
export const argumentWeight = ({ astNode }: GraphQLArgument): number => costOf(astNode) ?? 0;

const read = (names: ReadonlyMap<string, string>, parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): FieldWeight => {
  const type = getNamedType(field.type);
  const each = costOf(field.astNode) ?? costOf(type.astNode) ?? (isCompositeType(type) ? 1 : 0);
  return { each, isList: isList(field.type), size: sizeRule(field, type), owner: ownerOf(names, parent, field) };
};

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

const costOf = (node: WithDirectives | null | undefined): number | undefined => {
  const weight = argumentsOf(directive(node, 'cost'))?.weight;
  // Nothing that a plugin declares makes the rest of an operation cheaper.
  return typeof weight === 'number' ? Math.max(0, weight) : undefined;
};

/** `@listSize`; without one, a Relay connection is as long as its caller asks for. */
const sizeRule = (field: GraphQLField<unknown, unknown>, type: GraphQLNamedType): SizeRule | undefined => {
  const given = argumentsOf(directive(field.astNode, 'listSize'));
  if (given) {
    const { assumedSize, slicingArguments, sizedFields } = given as {
      assumedSize?: number;
      slicingArguments?: string[];
      sizedFields?: string[];
    };
    return { assumed: assumedSize, slicing: slicingArguments ?? [], sized: sizedFields ?? [] };
  }
  const slicing = field.args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
  const isConnection = isObjectType(type) && type.name.endsWith('Connection') && 'edges' in type.getFields();
  return isConnection && slicing.length ? { assumed: undefined, slicing, sized: ['edges', 'nodes'] } : undefined;
};

const ownerOf = (
  names: ReadonlyMap<string, string>,
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): string | undefined => {
  const own = graphsOf(field.astNode, 'join__field');
  const graphs = own.length ? own : graphsOf(parent.astNode, 'join__type');
  const [only, another] = new Set(graphs);
  return only !== undefined && another === undefined ? names.get(only) : undefined;
};

const graphsOf = (node: WithDirectives | null | undefined, name: string): readonly string[] =>
  (node?.directives ?? []).filter((each) => each.name.value === name).flatMap((each) => String(argumentsOf(each)?.graph ?? '') || []);

/** Subgraphs by the enum value that stands for each in the supergraph. */
const subgraphNames = (schema: GraphQLSchema): ReadonlyMap<string, string> => {
  const graphs = schema.getType('join__Graph');
  if (!isEnumType(graphs)) return new Map();
  return new Map(
    graphs.getValues().map(({ name, astNode }) => [name, String(argumentsOf(directive(astNode, 'join__graph'))?.name ?? name)]),
  );
};

type WithDirectives = ASTNode & { readonly directives?: readonly ConstDirectiveNode[] };

const directive = (node: WithDirectives | null | undefined, name: string): ConstDirectiveNode | undefined =>
  node?.directives?.find((each) => each.name.value === name);

const argumentsOf = (node: ConstDirectiveNode | undefined): Readonly<Record<string, unknown>> | undefined =>
  node && Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
