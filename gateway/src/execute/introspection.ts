import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { isResultObject, type ResultObject } from './result-object.ts';
import { isIntrospection } from './selection.ts';
import { badInput } from './variable-check.ts';
import type { Variables } from './variables.ts';

/** Answers the `__schema` and `__type` fields of an operation from the API schema. */
export type Introspection = (variables: Variables) => Introspected;

export interface Introspected {
  readonly data: ResultObject;
  readonly errors: readonly GraphQLError[];
}

/** Compiles the part of an operation that asks about the schema itself; undefined where there is none. */
export const compileIntrospection = (
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Introspection | undefined => {
  const document = introspectionPart(operation, fragments);
  if (!document) return undefined;
  // Answers may be large and plans are many: memory may have it back.
  let known: WeakRef<Introspected> | undefined;
  return (variables) => {
    const kept = known?.deref();
    if (kept) return kept;
    const { data, errors = [] } = executeSync({ schema, document, rootValue: {}, variableValues: { ...variables } });
    const answer = { data: isResultObject(data) ? data : {}, errors: errors.map(badInput) };
    if (!operation.variableDefinitions?.length) known = new WeakRef(answer);
    return answer;
  };
};

/** Only root fields that introspect stay, wherever in a fragment they stand. */
const introspectionPart = (
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode | undefined => {
  let found = false;
  const keepIntrospection = <T extends OperationDefinitionNode | FragmentDefinitionNode>(definition: T): T =>
    visit(definition, {
      Field: (field: FieldNode) => {
        if (!isIntrospection(field)) return null;
        found = true;
        return false;
      },
      InlineFragment: { leave: (fragment) => (fragment.selectionSet.selections.length === 0 ? null : undefined) },
    });
  // A fragment on an interface may be of the root as well.
  const kept = [...fragments.values()].map((fragment) => (isOfSchema(fragment) ? fragment : keepIntrospection(fragment)));
  const definitions = [keepIntrospection(operation), ...kept];
  // Fragments left empty can't be printed, but they can be executed: nothing is selected in them.
  return found ? { kind: Kind.DOCUMENT, definitions } : undefined;
};

/** Whether it is for what stands below `__schema` or `__type`. */
const isOfSchema = ({ typeCondition }: FragmentDefinitionNode): boolean => typeCondition.name.value.startsWith('__');
