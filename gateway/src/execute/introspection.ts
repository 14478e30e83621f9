import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { isResultObject, type ResultObject } from './result-object.ts';
import { isIntrospection } from './selection.ts';
import type { Variables } from './variables.ts';

/** Answers the `__schema` and `__type` fields of an operation from the API schema. */
export type Introspection = (variables: Variables) => ResultObject;

/** Compiles the part of an operation that asks about the schema itself; undefined where there is none. */
export const compileIntrospection = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Introspection | undefined => {
  const document = introspectionPart(schema, operation, fragments);
  if (!document) return undefined;
  // Answers may be large and plans are many: memory may have it back.
  let known: WeakRef<ResultObject> | undefined;
  return (variables) => {
    const kept = known?.deref();
    if (kept) return kept;
    const { data } = executeSync({ schema, document, rootValue: {}, variableValues: { ...variables } });
    const answer = isResultObject(data) ? data : {};
    if (!operation.variableDefinitions?.length) known = new WeakRef(answer);
    return answer;
  };
};

/** Only root fields that introspect stay, wherever in a fragment they stand. */
const introspectionPart = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode | undefined => {
  let found = false;
  const root = schema.getQueryType()?.name;
  const keepIntrospection = <T extends OperationDefinitionNode | FragmentDefinitionNode>(definition: T): T =>
    visit(definition, {
      Field: (field: FieldNode) => {
        if (!isIntrospection(field)) return null;
        found = true;
        return false;
      },
      InlineFragment: { leave: (fragment) => (fragment.selectionSet.selections.length === 0 ? null : undefined) },
    });
  const onRoot = [...fragments.values()].filter((fragment) => fragment.typeCondition.name.value === root);
  const definitions = [operation, ...onRoot].map(keepIntrospection);
  // Root fragments left empty can't be printed, but they can be executed: nothing is selected in them.
  return found ? { kind: Kind.DOCUMENT, definitions: [...definitions, ...othersOf(fragments, onRoot)] } : undefined;
};

const othersOf = (fragments: ReadonlyMap<string, FragmentDefinitionNode>, taken: readonly FragmentDefinitionNode[]) =>
  [...fragments.values()].filter((fragment) => !taken.includes(fragment));
