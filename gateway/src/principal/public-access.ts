import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { Requirements } from '../authorization/requirements.ts';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';
import type { Supergraph } from '../plan/supergraph.ts';
import { Refusal } from '../problem.ts';
import type { Principal } from './principal.ts';

interface Access {
  readonly principal: Principal;
  readonly unknownTenant: boolean;
  readonly variant: { readonly requirements: Requirements; readonly supergraph: Pick<Supergraph, 'apiSchema'> };
}

/**
 * Callers without a token get the public fields. Who named a tenant that does not exist, or can't be told about, hears
 * TENANT_NOT_FOUND for everything that is not public: the two look the same.
 */
export const enforcePublicAccess = (
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { principal, unknownTenant, variant }: Access,
): void => {
  if (principal.kind !== 'anonymous') return;
  const root = variant.supergraph.apiSchema.getRootType(operation.operation)?.name;
  for (const name of rootFieldNames(operation.selectionSet, fragmentsOf(document))) {
    if (name === '__typename') continue;
    const isPublic = !name.startsWith('__') && !variant.requirements.has(`${root}.${name}`);
    if (!isPublic && unknownTenant) throw new Refusal('TENANT_NOT_FOUND');
  }
};

/** Names of the fields at the root, also within fragments. */
export const rootFieldNames = (selections: SelectionSetNode, fragments: Fragments, seen = new Set<string>()): readonly string[] =>
  selections.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.name.value];
    if (node.kind === Kind.INLINE_FRAGMENT) return rootFieldNames(node.selectionSet, fragments, seen);
    if (seen.has(node.name.value)) return [];
    seen.add(node.name.value);
    const fragment = fragments.get(node.name.value);
    return fragment ? rootFieldNames(fragment.selectionSet, fragments, seen) : [];
  });
