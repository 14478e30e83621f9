import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Requirements } from '../authorization/requirements.ts';
import { Refusal } from '../problem.ts';
import type { Principal } from './principal.ts';

interface Access {
  readonly principal: Principal;
  readonly unknownTenant: boolean;
  readonly requirements: Requirements;
  readonly schema: GraphQLSchema;
}

/**
 * Callers without a token get the public fields. Introspection needs a token, of one's own supergraph. Who named a tenant
 * that does not exist, or can't be told about, hears TENANT_NOT_FOUND for everything that is not public: the two look the same.
 */
export const enforcePublicAccess = (operation: OperationDefinitionNode, document: DocumentNode, access: Access): void => {
  if (access.principal.kind !== 'anonymous') return;
  const root = access.schema.getRootType(operation.operation)?.name;
  for (const name of rootFields(operation.selectionSet, document)) {
    if (name === '__typename') continue;
    const isPublic = !name.startsWith('__') && !access.requirements.has(`${root}.${name}`);
    if (isPublic) continue;
    if (access.unknownTenant) throw new Refusal('TENANT_NOT_FOUND');
    if (name.startsWith('__')) throw new Refusal('UNAUTHENTICATED', { message: 'Sign in to look at the schema.' });
  }
};

const rootFields = (selections: SelectionSetNode, document: DocumentNode, seen = new Set<string>()): string[] =>
  selections.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    if (node.kind === Kind.INLINE_FRAGMENT) return rootFields(node.selectionSet, document, seen);
    if (seen.has(node.name.value)) return [];
    seen.add(node.name.value);
    const fragment = document.definitions.find(
      (definition): definition is FragmentDefinitionNode =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === node.name.value,
    );
    return fragment ? rootFields(fragment.selectionSet, document, seen) : [];
  });
