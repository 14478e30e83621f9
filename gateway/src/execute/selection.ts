import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { typeCondition } from './type-condition.ts';

/** An operation with its fragments, under one assignment of the variables that `@skip` and `@include` read. */
export interface SelectionSource {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly condition: (name: string) => boolean;
  /** Under which name the answers of subgraphs hold what the client asked for. */
  readonly plannedName: (field: FieldNode) => string;
}

/** The fields that an object of the given type answers, by response name, in the order of the answer. */
export const collectFields = (
  source: SelectionSource,
  selectionSets: readonly SelectionSetNode[],
  typename: string,
): ReadonlyMap<string, readonly FieldNode[]> => {
  const fields = new Map<string, FieldNode[]>();
  for (const { selections } of selectionSets) collect(source, selections, typename, fields);
  return fields;
};

const collect = (
  source: SelectionSource,
  selections: readonly SelectionNode[],
  typename: string,
  fields: Map<string, FieldNode[]>,
): void => {
  for (const selection of selections) {
    if (!isIncluded(source, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = responseName(selection);
      const known = fields.get(name);
      if (known) known.push(selection);
      else fields.set(name, [selection]);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : source.fragments.get(selection.name.value);
    if (!fragment) continue;
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined || typeCondition(source.schema, condition)(typename)) {
      collect(source, fragment.selectionSet.selections, typename, fields);
    }
  }
};

/** Whether more is selected of objects of some type than of one of which nothing but this interface is known. */
export const dependsOnType = (source: SelectionSource, type: GraphQLAbstractType, selectionSets: readonly SelectionSetNode[]): boolean => {
  const known = collectFields(source, selectionSets, type.name);
  return source.schema.getPossibleTypes(type).some(({ name }) => {
    const fields = collectFields(source, selectionSets, name);
    return fields.size > known.size || [...fields].some(([key, nodes]) => setsIn(nodes) > setsIn(known.get(key)));
  });
};

const setsIn = (nodes: readonly FieldNode[] = []): number => nodes.filter(({ selectionSet }) => selectionSet).length;

const isIncluded = (source: SelectionSource, selection: SelectionNode): boolean =>
  (selection.directives ?? []).every(({ name, arguments: args }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    const holds = value?.kind === Kind.VARIABLE ? source.condition(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
    return holds === (name.value === 'include');
  });

export const responseName = (field: FieldNode): string => field.alias?.value ?? field.name.value;

export const isIntrospection = (field: FieldNode): boolean => field.name.value === '__schema' || field.name.value === '__type';

/** The names of the variables that `@skip` and `@include` of this operation read, in a stable order. */
export const conditionVariables = (definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[]): readonly string[] => {
  const names = new Set<string>();
  const visit = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      for (const directive of selection.directives ?? []) {
        if (directive.name.value !== 'skip' && directive.name.value !== 'include') continue;
        for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
      if ('selectionSet' in selection && selection.selectionSet) visit(selection.selectionSet.selections);
    }
  };
  for (const definition of definitions) visit(definition.selectionSet.selections);
  return [...names].sort();
};
