import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import { reachableTypes } from './reachable-types.ts';

/**
 * Makes every element that is tagged `platform`, and every type that nothing else leads to, inaccessible: for tenants it
 * does not exist, in validation, introspection or a suggestion.
 */
export const hidePlatform = (core: readonly DocumentNode[], plugins: readonly DocumentNode[]): DocumentNode[] => {
  const reached = reachableTypes([...core, ...plugins], (node) => !isTagged(node));
  const hideElement = (node: Element) => (isTagged(node) ? inaccessible(node) : undefined);
  const hideType = (node: Element & { readonly name: { readonly value: string } }) =>
    isTagged(node) || !reached.has(node.name.value) ? inaccessible(node) : undefined;
  return core.map((document) =>
    visit(document, {
      ObjectTypeDefinition: hideType,
      InterfaceTypeDefinition: hideType,
      UnionTypeDefinition: hideType,
      EnumTypeDefinition: hideType,
      InputObjectTypeDefinition: hideType,
      ScalarTypeDefinition: hideType,
      FieldDefinition: hideElement,
      InputValueDefinition: hideElement,
      EnumValueDefinition: hideElement,
    }),
  );
};

interface Element {
  readonly directives?: readonly ConstDirectiveNode[];
}

const isTagged = ({ directives = [] }: Element): boolean =>
  directives.some(
    ({ name, arguments: given = [] }) =>
      name.value === 'tag' && given.some(({ value }) => value.kind === Kind.STRING && value.value === 'platform'),
  );

const hidden: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };

const inaccessible = <Node extends Element>(node: Node): Node => ({ ...node, directives: [...(node.directives ?? []), hidden] });
