import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { type Fragments, fragmentsOf } from './fragments.ts';

/**
 * What a subscription listens to is no question of its variables: GraphQL has no `@skip` and `@include` at its root. The rule of graphql-js
 * that counts its fields throws where a variable decides, so what is refused here is kept out of sight of the others.
 */
export const unconditionalSubscriptions: ValidationRule = (context) => ({
  Document(document): DocumentNode | undefined {
    const refused = new Set<DefinitionNode>();
    const fragments = fragmentsOf(document);
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION || node.operation !== OperationTypeNode.SUBSCRIPTION) continue;
      const [condition] = conditionsAt(node.selectionSet, fragments);
      if (!condition) continue;
      refused.add(node);
      context.reportError(new GraphQLError(`A subscription has no @${condition.name.value} at its root.`, { nodes: condition }));
    }
    return refused.size ? { ...document, definitions: document.definitions.filter((node) => !refused.has(node)) } : undefined;
  },
});

const conditionsAt = ({ selections }: SelectionSetNode, fragments: Fragments, seen = new Set<string>()): readonly DirectiveNode[] =>
  selections.flatMap((node) => {
    const own = (node.directives ?? []).filter(({ name }) => name.value === 'skip' || name.value === 'include');
    if (node.kind === Kind.FIELD) return own;
    if (node.kind === Kind.INLINE_FRAGMENT) return [...own, ...conditionsAt(node.selectionSet, fragments, seen)];
    if (seen.has(node.name.value)) return own;
    seen.add(node.name.value);
    const fragment = fragments.get(node.name.value);
    return fragment ? [...own, ...conditionsAt(fragment.selectionSet, fragments, seen)] : own;
  });
