import { grants, platformRealm } from '@plexica/schema';
import { type DocumentNode, type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { tagsOf } from '../plan/field-tags.ts';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from '../problem.ts';
import type { Admitted } from '../request.ts';

/** `on`, `off`, or the permission that whoever looks must hold. */
type Rule = string;

/** Who may look at the schema, always that of their own plugin set: callers without a token, a tenant's users, platform admins. */
export interface IntrospectionRules {
  readonly anonymous: 'on' | 'off';
  readonly tenant: Rule;
  readonly platform: Rule;
}

const defaults: IntrospectionRules = { anonymous: 'off', tenant: 'on', platform: 'on' };

export const seesSchema = (principal: Principal, rules = defaults): boolean => {
  if (principal.kind === 'anonymous') return rules.anonymous === 'on';
  const rule = principal.identity.realm === platformRealm ? rules.platform : rules.tenant;
  return rule === 'on' || (rule !== 'off' && grants(principal.permissions, rule));
};

/** Throws where an operation looks at the schema and its caller may not, wherever in it that is asked. */
export const enforceIntrospection = (
  document: DocumentNode,
  { principal, seesSchema: sees, variant }: Pick<Admitted, 'principal' | 'seesSchema' | 'variant'>,
): void => {
  if (sees || !looksAtSchema(document, variant.supergraph.schema)) return;
  if (principal.kind === 'anonymous') throw new Refusal('UNAUTHENTICATED', { message: 'Sign in to look at the schema.' });
  throw new Refusal('FORBIDDEN', { message: 'You may not look at the schema.' });
};

/** On fields that tell the schema in words of their own. */
const tellsSchema = 'tells-schema';

const known = new WeakMap<DocumentNode, boolean>();

const looksAtSchema = (document: DocumentNode, schema: GraphQLSchema): boolean => {
  const found = known.get(document);
  if (found !== undefined) return found;
  let looks = false;
  const types = new TypeInfo(schema);
  const field = ({ name }: { readonly name: { readonly value: string } }): void => {
    looks ||= name.value === '__schema' || name.value === '__type' || tagsOf(types.getFieldDef()).includes(tellsSchema);
  };
  visit(document, visitWithTypeInfo(types, { [Kind.FIELD]: field }));
  known.set(document, looks);
  return looks;
};
