import { type DocumentNode, GraphQLError, type GraphQLObjectType, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';

/** The one operation of a document that a plan is for, beside the schema it is asked of. */
export interface PlannedOperation {
  /** The API schema: what this audience may see. */
  readonly schema: GraphQLSchema;
  readonly root: GraphQLObjectType;
  readonly definition: OperationDefinitionNode;
  readonly fragments: Fragments;
  /** Response names that mean something else to the plan than to the client; see `plan/required-names.ts`. */
  readonly required?: ReadonlySet<string>;
}

/** Picks the operation out of a validated document, by name where it has several. */
export const pickOperation = (schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): PlannedOperation => {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [definition, another] = operationName ? operations.filter(({ name }) => name?.value === operationName) : operations;
  if (!definition) throw invalid(operationName ? `Unknown operation named "${operationName}".` : 'Must provide an operation.');
  if (another) throw invalid('Must provide operation name if query contains multiple operations.');
  const root = schema.getRootType(definition.operation);
  if (!root) throw invalid(`Schema is not configured to execute ${definition.operation} operation.`);
  return { schema, root, definition, fragments: fragmentsOf(document) };
};

const invalid = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
