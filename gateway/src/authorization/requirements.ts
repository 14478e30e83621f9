import { grants } from '@plexica/schema';
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import type { Principal } from '../principal/principal.ts';

/** What a field or type asks of the caller. Lists within lists: all of one inner list, for any of them. */
export interface Requirement {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[];
  readonly policies: readonly (readonly string[])[];
}

/** By `Type.field`; a field whose type is guarded carries the type's requirement as well. */
export type Requirements = ReadonlyMap<string, readonly Requirement[]>;

/** Read once per supergraph from the directives that the core and plugins put on their elements. */
export const readRequirements = (schema: GraphQLSchema): Requirements => {
  const found = new Map<string, readonly Requirement[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const needed = [requirementOf(field), requirementOf(schema.getType(namedTypeOf(field)))].filter(
        (requirement) => requirement !== undefined,
      );
      if (needed.length) found.set(`${type.name}.${field.name}`, needed);
    }
  }
  return found;
};

type Guarded = GraphQLField<unknown, unknown> | GraphQLNamedType | undefined;

const requirementOf = (element: Guarded): Requirement | undefined => {
  const directives = [...(element?.astNode?.directives ?? []), ...extensionDirectives(element)];
  const named = (name: string) => directives.filter((directive) => directive.name.value === name);
  const authenticated = named('authenticated').length > 0;
  const scopes = named('requiresScopes').flatMap((directive) => listArgument(directive, 'scopes'));
  const policies = named('policy').flatMap((directive) => listArgument(directive, 'policies'));
  return authenticated || scopes.length || policies.length ? { authenticated, scopes, policies } : undefined;
};

const extensionDirectives = (element: Guarded): readonly ConstDirectiveNode[] =>
  element && 'extensionASTNodes' in element ? element.extensionASTNodes.flatMap((node) => node.directives ?? []) : [];

const listArgument = (directive: ConstDirectiveNode, name: string): string[][] => {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  return argument ? (valueFromASTUntyped(argument.value) as string[][]) : [];
};

const namedTypeOf = (field: GraphQLField<unknown, unknown>): string => String(field.type).replace(/[[\]!]/g, '');

/** Undefined when the caller may; else what to tell them. */
export const refusalFor = (requirements: readonly Requirement[], principal: Principal): 'UNAUTHENTICATED' | 'FORBIDDEN' | undefined => {
  if (principal.kind === 'anonymous') return requirements.length ? 'UNAUTHENTICATED' : undefined;
  const held = (policy: string) => policy.startsWith('role:') && principal.roles.includes(policy.slice('role:'.length));
  const satisfied = ({ scopes, policies }: Requirement) =>
    (!scopes.length || scopes.some((all) => all.every((scope) => grants(principal.permissions, scope)))) &&
    (!policies.length || policies.some((all) => all.every(held)));
  return requirements.every(satisfied) ? undefined : 'FORBIDDEN';
};
