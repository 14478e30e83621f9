import { grants } from '@plexica/schema';
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import type { Principal } from '../principal/principal.ts';

/** What one directive asks of the caller. Lists within lists: all of one inner list, for any of them; undefined asks for sign-in alone. */
export interface Requirement {
  readonly scopes?: readonly (readonly string[])[];
  readonly policies?: readonly (readonly string[])[];
}

/**
 * By `Type.field`: everything that must hold before the field is asked for. By `Type`: before a fragment on it is. What asks for nothing has no
 * entry.
 */
export type Requirements = ReadonlyMap<string, readonly Requirement[]>;

/**
 * Read once per supergraph from the directives that the core and plugins put on their elements. A field carries what its own type
 * and the type it answers ask for. Between an interface and its objects guards go both ways, and so between the interfaces of one
 * object: none is a way around the other.
 */
export const readRequirements = (schema: GraphQLSchema): Requirements => {
  const found = new Map<string, readonly Requirement[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const own = requirementsOf(type);
    if (own.length) found.set(type.name, own);
    const objects = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    const kin = new Set([type, ...objects].flatMap((each) => [each, ...each.getInterfaces()]));
    for (const { name } of Object.values(type.getFields())) {
      const needed = [...kin].flatMap((each) => requirementsOfField(each, name));
      if (needed.length) found.set(`${type.name}.${name}`, needed);
    }
  }
  return found;
};

/** What to tell who may not: signing in might help, or it can't. */
export const unauthorizedCode = ({ kind }: Pick<Principal, 'kind'>): 'UNAUTHENTICATED' | 'FORBIDDEN' =>
  kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';

/** Undefined when the caller may; else what to tell them. */
export const refusalFor = (requirements: readonly Requirement[], principal: Principal): 'UNAUTHENTICATED' | 'FORBIDDEN' | undefined => {
  if (principal.kind === 'anonymous') return requirements.length ? 'UNAUTHENTICATED' : undefined;
  const held = (policy: string) => policy.startsWith('role:') && principal.roles.includes(policy.slice('role:'.length));
  const satisfied = ({ scopes, policies }: Requirement) =>
    (!scopes || scopes.some((all) => all.every((scope) => grants(principal.permissions, scope)))) &&
    (!policies || policies.some((all) => all.every(held)));
  return requirements.every(satisfied) ? undefined : 'FORBIDDEN';
};

type Guarded = GraphQLField<unknown, unknown> | GraphQLNamedType;

const requirementsOfField = (type: GraphQLObjectType | GraphQLInterfaceType, name: string): readonly Requirement[] => {
  const field = type.getFields()[name];
  return field ? [field, type, getNamedType(field.type)].flatMap(requirementsOf) : [];
};

const requirementsOf = (element: Guarded): readonly Requirement[] => {
  const extensions = 'extensionASTNodes' in element ? element.extensionASTNodes : [];
  const directives = [element.astNode, ...extensions].flatMap((node) => (node?.directives ?? []) as readonly ConstDirectiveNode[]);
  return directives.flatMap((directive): Requirement[] => {
    switch (directive.name.value) {
      case 'authenticated':
        return [{}];
      case 'requiresScopes':
        return [{ scopes: listArgument(directive, 'scopes') }];
      case 'policy':
        return [{ policies: listArgument(directive, 'policies') }];
      default:
        return [];
    }
  });
};

const listArgument = (directive: ConstDirectiveNode, name: string): string[][] => {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  return argument ? (valueFromASTUntyped(argument.value) as string[][]) : [];
};
