import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { fieldOf, narrowed } from '../authorization/guarded-fields.ts';
import { fragmentsOf } from '../document/fragments.ts';
import { isIntrospection } from '../execute/selection.ts';
import { createFieldWeights, type FieldWeight, valueWeight } from './field-weights.ts';
import { countValues, createIntrospectionSize, pointsPerValue } from './introspection-cost.ts';
import { wantedSize } from './slicing-arguments.ts';

type Variables = Readonly<Record<string, unknown>>;

/** In points: an object costs 1, a scalar nothing, a mutation 10 more, unless `@cost` says otherwise. What tells of the schema costs by its size. */
export interface Cost {
  readonly total: number;
  /** The part of each subgraph that alone can answer it. */
  readonly bySubgraph: ReadonlyMap<string, number>;
}

export interface OperationCost {
  /**
   * Before it runs: every list as long as `@listSize`, its caller or `defaultListSize` says. Throws where `@listSize` asks for exactly one
   * argument and gets none, or several.
   */
  estimate(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Cost;
  /** Of what came back. */
  actual(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables, data: unknown): Cost;
}

/** Of a list that nothing tells the length of. */
export const defaultListSize = 10;
const mutationCost = 10;

export const createOperationCost = (schema: GraphQLSchema): OperationCost => {
  const weightOf = createFieldWeights(schema);
  const introspectionSize = createIntrospectionSize(schema);

  const measure = (document: DocumentNode, operation: OperationDefinitionNode, given: Variables, answered?: { data: unknown }): Cost => {
    const variables = withDefaults(operation, given);
    const fragments = fragmentsOf(document);
    const bySubgraph = new Map<string, number>();
    let total = 0;
    const spend = (owner: string | undefined, points: number): void => {
      total += points;
      if (owner !== undefined && points) bySubgraph.set(owner, (bySubgraph.get(owner) ?? 0) + points);
    };

    const included = ({ directives }: SelectionNode): boolean => isIncluded(directives, variables);
    const visit = (parent: GraphQLCompositeType, { selections }: SelectionSetNode, at: Place): void => {
      for (const node of selections) {
        if (!included(node)) continue;
        if (node.kind === 'Field') visitField(parent, node, at);
        else if (node.kind === 'InlineFragment') visit(narrowed(schema, parent, node.typeCondition?.name.value), node.selectionSet, at);
        else {
          const fragment = fragments.get(node.name.value);
          if (fragment) visit(narrowed(schema, parent, fragment.typeCondition.name.value), fragment.selectionSet, at);
        }
      }
    };

    const visitField = (parent: GraphQLCompositeType, node: FieldNode, at: Place): void => {
      const field = fieldOf(parent, node.name.value);
      if (!field) {
        if (isIntrospection(node))
          total += pointsPerValue * at.told(node, () => introspectionSize(node, { fragments, isIncluded: included }));
        return;
      }
      const weight = weightOf(parent, field);
      const below = at.below(node, field, weight);
      const root = parent === schema.getMutationType() ? mutationCost : 0;
      const once = below.times > 0 ? at.times * (root + argumentsCost(field, node, weight, variables)) : 0;
      spend(weight.owner, once + below.times * weight.each);
      const type = getNamedType(field.type);
      // What is asked of an empty list costs nothing, and has to be right all the same.
      if (node.selectionSet && isCompositeType(type) && (below.times > 0 || !answered)) visit(type, node.selectionSet, below);
    };

    const root = schema.getRootType(operation.operation);
    const start = answered ? answeredPlace([answered.data]) : estimatedPlace(1, undefined, variables);
    if (root) visit(root, operation.selectionSet, start);
    return { total, bySubgraph };
  };

  const fixed = new WeakMap<OperationDefinitionNode, Cost>();
  return {
    estimate(document, operation, variables) {
      const known = fixed.get(operation);
      if (known) return known;
      const cost = measure(document, operation, variables);
      // Without variables it is the same every time.
      if (!operation.variableDefinitions?.length) fixed.set(operation, cost);
      return cost;
    },
    actual: (document, operation, variables, data) => measure(document, operation, variables, { data }),
  };
};

const withDefaults = ({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables => ({
  ...Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  ),
  ...given,
});

/** Where in the answer a selection stands: how many objects there are, and how many there will be below each field. */
interface Place {
  readonly times: number;
  /** Values that tell of the schema: as many as are estimated, or as were answered. */
  told(node: FieldNode, estimated: () => number): number;
  below(node: FieldNode, field: GraphQLField<unknown, unknown>, weight: FieldWeight): Place;
}

const estimatedPlace = (
  times: number,
  sized: { readonly fields: readonly string[]; readonly size: number } | undefined,
  variables: Variables,
): Place => ({
  times,
  told: (_, estimated) => times * estimated(),
  below: (node, field, { levels, size }) => {
    const wanted = size && wantedSize(size, node, field, (written) => literal(written, variables));
    const own = sized?.fields.includes(node.name.value) ? sized.size : size?.sized.length ? undefined : wanted;
    const count = levels > 0 ? (own ?? defaultListSize) * defaultListSize ** (levels - 1) : 1;
    const next = size?.sized.length ? { fields: size.sized, size: wanted ?? defaultListSize } : undefined;
    return estimatedPlace(times * count, next, variables);
  },
});

const answeredPlace = (objects: readonly unknown[]): Place => {
  const valuesOf = ({ alias, name }: FieldNode): readonly unknown[] =>
    objects.flatMap((object) => (object as Record<string, unknown> | null)?.[alias?.value ?? name.value] ?? []);
  return {
    times: objects.length,
    told: (node) => countValues(valuesOf(node)),
    below: (node) =>
      answeredPlace(
        valuesOf(node)
          .flat(Number.POSITIVE_INFINITY)
          .filter((value) => value !== null),
      ),
  };
};

const argumentsCost = (
  field: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
  { given: weights }: FieldWeight,
  variables: Variables,
): number =>
  given.reduce((sum, { name: { value: name }, value }) => {
    const type = field.args.find((each) => each.name === name)?.type;
    const within = type && isInputObjectType(getNamedType(type)) ? valueWeight(type, literal(value, variables)) : 0;
    return sum + (weights.get(name) ?? 0) + within;
  }, 0);

const literal = (node: ValueNode, variables: Variables): unknown => valueFromASTUntyped(node, variables as Record<string, unknown>);

const isIncluded = (directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean =>
  (directives ?? []).every(({ name, arguments: given = [] }) => {
    const condition = given[0] && literal(given[0].value, variables);
    return name.value === 'skip' ? condition !== true : name.value === 'include' ? condition !== false : true;
  });
