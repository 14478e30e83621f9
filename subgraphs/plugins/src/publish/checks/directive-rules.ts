import { sameForEveryoneTag, showsStateTag } from '@plexica/plugin-kit';
import { type ASTNode, type DirectiveNode, Kind, type SchemaDefinitionNode, type SchemaExtensionNode, visit } from 'graphql';
import { type Finding, problem } from '../finding.ts';
import { rootTypes } from './core-contract.ts';

/** What a plugin may say of its own elements; anything else changes a supergraph behind the core's back. */
const allowed = new Set([
  'key',
  'external',
  'requires',
  'provides',
  'authenticated',
  'requiresScopes',
  'policy',
  'cost',
  'listSize',
  'deprecated',
  'specifiedBy',
  'oneOf',
]);

/** Looks at every directive inside: on arguments and enum values too. */
export const checkDirectives = (place: string, node: ASTNode): Finding[] => {
  const found = new Set<string>();
  const ofStream = place.startsWith('Subscription.') && 'directives' in node ? (node.directives ?? []).filter(isStreamTag) : [];
  visit(node, { Directive: (directive) => (ofStream.includes(directive) ? undefined : void found.add(directive.name.value)) });
  return [...found]
    .filter((name) => !allowed.has(name))
    .map((name) => problem('DIRECTIVE_FORBIDDEN', place, `@${name} is not for plugins.`));
};

/** How a subscription's events may be shared is its author's to say. */
const isStreamTag = ({ name, arguments: given = [] }: DirectiveNode): boolean =>
  name.value === 'tag' && given.every(({ value }) => value.kind === Kind.STRING && streamTags.has(value.value));
const streamTags: ReadonlySet<string> = new Set([sameForEveryoneTag, showsStateTag]);

const federation = /^https:\/\/specs\.apollo\.dev\/federation\/v2\.\d+$/;

/** Federation 2 under its own names: an alias such as `@override` as `@policy` would walk past every other rule. */
export const checkSchema = ({ directives = [], operationTypes = [] }: SchemaDefinitionNode | SchemaExtensionNode): Finding[] => [
  ...directives.flatMap(checkLink),
  ...operationTypes
    .filter(({ type }) => !rootTypes.has(type.name.value))
    .map(({ type }) => problem('ROOT_RENAMED', type.name.value, 'Root types are called Query, Mutation and Subscription.')),
];

const checkLink = ({ name, arguments: given = [] }: DirectiveNode): Finding[] => {
  if (name.value !== 'link') return [problem('DIRECTIVE_FORBIDDEN', 'schema', `@${name.value} is not for plugins.`)];
  const plain = given.every((argument) => {
    if (argument.name.value === 'url') return argument.value.kind === Kind.STRING && federation.test(argument.value.value);
    const imports = argument.name.value === 'import' && argument.value.kind === Kind.LIST ? argument.value.values : undefined;
    return imports?.every(({ kind }) => kind === Kind.STRING) ?? false;
  });
  return plain
    ? []
    : [problem('LINK_FORBIDDEN', 'schema', 'Link federation v2 alone, and import its directives by their own names, without `as`.')];
};

/** Without it composition would read the SDL as federation 1, whose rules are laxer. */
export const checkFederationLink = (nodes: readonly ASTNode[]): Finding[] => {
  const linked = nodes.some(
    (node) =>
      (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) &&
      (node.directives ?? []).some(({ name }) => name.value === 'link'),
  );
  return linked ? [] : [problem('LINK_MISSING', 'schema', 'The SDL links no federation v2 specification.')];
};
