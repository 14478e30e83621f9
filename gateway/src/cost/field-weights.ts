import {
  type ASTNode,
  type ConstDirectiveNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

/** What one field costs, by `@cost` and `@listSize` as the supergraph carries them. */
export interface FieldWeight {
  /** Of the field once, or of each element of its list. */
  readonly each: number;
  /** Of each argument that costs something, by its name. */
  readonly given: ReadonlyMap<string, number>;
  /** Lists within each other; none where it is no list. */
  readonly levels: number;
  readonly size: SizeRule | undefined;
  /** The one subgraph that answers it; undefined where several may. */
  readonly owner: string | undefined;
}

/** How long the lists below a field get. */
export interface SizeRule {
  readonly assumed: number | undefined;
  /** Arguments that say how many are wanted. */
  readonly slicing: readonly string[];
  /** Exactly one of them has to be given. */
  readonly requiresOne: boolean;
  /** Fields of its answer that are the list in question; none where the field itself is. */
  readonly sized: readonly string[];
}

export type FieldWeights = (parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>) => FieldWeight;

/** Reads them once per supergraph, each field when it is first asked for. */
export const createFieldWeights = (schema: GraphQLSchema): FieldWeights => {
  const known = new Map<GraphQLField<unknown, unknown>, FieldWeight>();
  const names = subgraphNames(schema);
  return (parent, field) => {
    const weight = known.get(field) ?? read(schema, names, parent, field);
    known.set(field, weight);
    return weight;
  };
};

/** Of the fields within an argument's value: each as often as it stands there. */
export const valueWeight = (type: GraphQLInputType, value: unknown): number => {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + valueWeight(type, each), 0);
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return 0;
  return Object.values(named.getFields()).reduce((sum, field) => {
    const given = (value as Record<string, unknown>)[field.name];
    return given === undefined ? sum : sum + (costOf(field.astNode) ?? 0) + valueWeight(field.type, given);
  }, 0);
};

const read = (
  schema: GraphQLSchema,
  names: ReadonlyMap<string, string>,
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): FieldWeight => {
  const all = [field, ...fieldsOfObjects(schema, parent, field)];
  const each = Math.max(...all.map((one) => ownWeight(schema, one)));
  const given = argumentWeights(all);
  const [own, ...ofObjects] = all.map((one) => sizeRule(one));
  const size = own ?? ofObjects.find((rule) => rule?.requiresOne) ?? ofObjects.find((rule) => rule !== undefined);
  return { each, given, levels: levelsOf(field.type), size, owner: ownerOf(names, parent, field) };
};

/** An interface's field is answered by one of an object: asked for by the one name or the other, it costs the same. */
const fieldsOfObjects = (schema: GraphQLSchema, parent: GraphQLCompositeType, { name }: GraphQLField<unknown, unknown>) =>
  isInterfaceType(parent) ? schema.getPossibleTypes(parent).flatMap((object) => object.getFields()[name] ?? []) : [];

/** Each as the costliest of those that go by its name. */
const argumentWeights = (fields: readonly GraphQLField<unknown, unknown>[]): ReadonlyMap<string, number> => {
  const weights = new Map<string, number>();
  for (const { name, astNode } of fields.flatMap(({ args }) => args)) {
    const weight = costOf(astNode);
    if (weight !== undefined) weights.set(name, Math.max(weight, weights.get(name) ?? 0));
  }
  return weights;
};

const ownWeight = (schema: GraphQLSchema, { astNode, type }: GraphQLField<unknown, unknown>): number =>
  costOf(astNode) ?? typeWeight(schema, getNamedType(type));

/** Of what may be an object of several types, the costliest. */
const typeWeight = (schema: GraphQLSchema, type: GraphQLNamedType): number => {
  if (isAbstractType(type)) return Math.max(1, ...schema.getPossibleTypes(type).map((object) => typeWeight(schema, object)));
  return costOf(type.astNode) ?? (isObjectType(type) ? 1 : 0);
};

const levelsOf = (type: GraphQLOutputType): number => {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + levelsOf(nullable.ofType) : 0;
};

const costOf = (node: WithDirectives | null | undefined): number | undefined => {
  const weight = argumentsOf(directive(node, 'cost'))?.weight;
  // Nothing that a plugin declares makes the rest of an operation cheaper.
  return typeof weight === 'number' ? Math.max(0, weight) : undefined;
};

/** `@listSize`; without one, a Relay connection is as long as its caller asks for. */
const sizeRule = (field: GraphQLField<unknown, unknown>): SizeRule | undefined => {
  const type = getNamedType(field.type);
  const given = argumentsOf(directive(field.astNode, 'listSize'));
  if (given) {
    const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given as {
      assumedSize?: number;
      slicingArguments?: string[];
      sizedFields?: string[];
      requireOneSlicingArgument?: boolean;
    };
    const slicing = slicingArguments ?? [];
    const requiresOne = slicing.length > 0 && requireOneSlicingArgument !== false;
    return { assumed: assumedSize, slicing, requiresOne, sized: sizedFields ?? [] };
  }
  const slicing = field.args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
  const isConnection = isObjectType(type) && type.name.endsWith('Connection') && 'edges' in type.getFields();
  return isConnection && slicing.length ? { assumed: undefined, slicing, requiresOne: false, sized: ['edges', 'nodes'] } : undefined;
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
