import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/** Makes every element that is tagged `platform` inaccessible: for tenants it does not exist, in validation, introspection or a suggestion. */
export const hidePlatform = (document: DocumentNode): DocumentNode => {
  const hide = (node: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    node.directives?.some(isPlatformTag) ? { ...node, directives: [...node.directives, inaccessible] } : undefined;
  return visit(document, {
    ObjectTypeDefinition: hide,
    InterfaceTypeDefinition: hide,
    UnionTypeDefinition: hide,
    EnumTypeDefinition: hide,
    InputObjectTypeDefinition: hide,
    ScalarTypeDefinition: hide,
    FieldDefinition: hide,
    InputValueDefinition: hide,
    EnumValueDefinition: hide,
  });
};

const isPlatformTag = ({ name, arguments: given = [] }: ConstDirectiveNode): boolean =>
  name.value === 'tag' && given.some((argument) => argument.value.kind === Kind.STRING && argument.value.value === 'platform');

const inaccessible: ConstDirectiveNode = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'inaccessible' } };
