import { describe, expect, it } from 'vitest';
import { core, crmSdl, link } from '../../../test/core.ts';
import { readCore } from './core-contract.ts';
import { checkSdl } from './sdl-rules.ts';

const contract = readCore(core);
const codesOf = (sdl: string, id = 'crm') => checkSdl(id, sdl, contract).map(({ code, place }) => `${code} ${place}`);
const tenantWith = (more: string) => `${link}\ntype Tenant @key(fields: "id") { id: ID! ${more} }`;

describe('a plugin’s SDL', () => {
  it('passes when it keeps to what is its own', () => {
    expect(codesOf(crmSdl)).toEqual([]);
    expect(
      codesOf(`${link}\nextend type User @key(fields: "id") { id: ID! @external crmContacts: [CrmContact!] } type CrmContact { n: Int! }`),
    ).toEqual([]);
    expect(codesOf(`${tenantWith('analytics: Analytics')} type Analytics { n: Int! }`, 'analytics')).toEqual([]);
    expect(codesOf(tenantWith('timeSheets: Int timeSheetsOpen: Int'), 'time-sheets')).toEqual([]);
  });

  it('may say how the events of its subscriptions are shared', () => {
    const tags = '@tag(name: "shows-state") @tag(name: "same-for-everyone")';
    expect(codesOf(`${link}\ntype Subscription { crmDealChanged: Int ${tags} }`)).toEqual([]);
  });

  it('may carry the types that createSubgraph puts into every subgraph', () => {
    const frozen = /type UserError[\s\S]*?\n}/.exec(core[0]?.sdl ?? '')?.[0] ?? '';
    expect(frozen).toContain('pluginCode');
    expect(codesOf(`${link}\n${frozen}\nscalar JSON\ntype Query { crmA: Int }`)).toEqual([]);
  });
});

describe('attacks on the core by a plugin’s SDL', () => {
  const attacks: Record<string, [sdl: string, finding: string]> = {
    'a core input that drops a field': [`${link}\ninput CreateUserInput { email: String! }`, 'CORE_TYPE_REPEATED CreateUserInput'],
    'a core payload': [`${link}\ntype CreateUserPayload @shareable { crmHint: String }`, 'CORE_TYPE_REPEATED CreateUserPayload'],
    'a new value in a core enum': [`${link}\nenum UserStatus { INVITED ACTIVE DISABLED CRM_LEAD }`, 'CORE_TYPE_REPEATED UserStatus'],
    'a core enum extended': [`${link}\nextend enum UserStatus { CRM_LEAD }`, 'CORE_TYPE_REPEATED UserStatus'],
    'a core type that is no entity': [`${link}\ntype Branding { crmLogo: String }`, 'CORE_TYPE_REPEATED Branding'],
    'a core field': [`${link}\ntype User @key(fields: "id") { id: ID! email: String! @external }`, 'NAME_PREFIX User.email'],
    'a core field taken over': [
      `${link}\ntype User @key(fields: "id") { id: ID! email: String! @override(from: "identity") }`,
      'DIRECTIVE_FORBIDDEN User.email',
    ],
    '@inaccessible on a core entity': [tenantWith('crm: Int').replace('Tenant @key', 'Tenant @inaccessible @key'), 'CORE_DIRECTIVE Tenant'],
    '@inaccessible on a key': [`${link}\ntype User @key(fields: "id") { id: ID! @inaccessible crmA: Int }`, 'CORE_DIRECTIVE User.id'],
    '@tag on a key': [`${link}\ntype User @key(fields: "id") { id: ID! @tag(name: "platform") crmA: Int }`, 'CORE_DIRECTIVE User.id'],
    '@authenticated on a core entity': [
      `${link}\ntype User @key(fields: "id") @authenticated { id: ID! crmA: Int }`,
      'CORE_DIRECTIVE User',
    ],
    '@interfaceObject on a core entity': [
      `${link}\ntype User @interfaceObject @key(fields: "id") { id: ID! crmA: Int }`,
      'CORE_DIRECTIVE User',
    ],
    'a key that is no longer required': [`${link}\ntype User @key(fields: "id") { id: ID crmA: Int }`, 'CORE_FIELD_CHANGED User.id'],
    'a key of another type': [`${link}\ntype User @key(fields: "id") { id: String! crmA: Int }`, 'CORE_FIELD_CHANGED User.id'],
    'a key that the core has not': [`${link}\ntype User @key(fields: "crmRef") { crmRef: ID }`, 'CORE_KEY User'],
    'an interface on a core entity': [
      `${link}\ninterface CrmThing { id: ID! } type User implements CrmThing @key(fields: "id") { id: ID! }`,
      'CORE_INTERFACE User',
    ],
    'an interface in place of a core entity': [`${link}\ninterface User @key(fields: "id") { id: ID! }`, 'CORE_TYPE_REPEATED User'],
    '@inaccessible on a type that all subgraphs share': [
      `${link}\ntype UserError @shareable @inaccessible { code: String! message: String! path: [String!] plugin: ID pluginCode: String }`,
      'FROZEN_TYPE UserError',
    ],
    'a shared type made nullable': [
      `${link}\ntype PageInfo @shareable { hasNextPage: Boolean hasPreviousPage: Boolean startCursor: String endCursor: String }`,
      'FROZEN_TYPE PageInfo',
    ],
    'a guarded shared scalar': [`${link}\nscalar DateTime @authenticated`, 'FROZEN_TYPE DateTime'],
    'a shared type extended': [`${link}\nextend type UserError { crmHint: String }`, 'FROZEN_TYPE UserError'],
    '@override on a root field': [`${link}\ntype Query { me: Int @override(from: "identity") }`, 'DIRECTIVE_FORBIDDEN Query.me'],
    '@inaccessible on an own element': [`${link}\ntype CrmA { n: Int @inaccessible }`, 'DIRECTIVE_FORBIDDEN CrmA'],
    '@tag on an argument': [`${link}\ntype Query { crmA(n: Int @tag(name: "platform")): Int }`, 'DIRECTIVE_FORBIDDEN Query.crmA'],
    'a @tag of the platform on a subscription': [
      `${link}\ntype Subscription { crmA: Int @tag(name: "platform") }`,
      'DIRECTIVE_FORBIDDEN Subscription.crmA',
    ],
    'a stream’s @tag on a query': [`${link}\ntype Query { crmA: Int @tag(name: "shows-state") }`, 'DIRECTIVE_FORBIDDEN Query.crmA'],
    '@tag on an enum value': [`${link}\nenum CrmKind { A @tag(name: "platform") }`, 'DIRECTIVE_FORBIDDEN CrmKind'],
    '@shareable on a root field': [`${link}\ntype Query { crmA: Int @shareable }`, 'DIRECTIVE_FORBIDDEN Query.crmA'],
    '@shareable on an own type': [`${link}\ntype CrmA @shareable { n: Int }`, 'DIRECTIVE_FORBIDDEN CrmA'],
    '@composeDirective': [`${link}\nextend schema @composeDirective(name: "@crm")`, 'DIRECTIVE_FORBIDDEN schema'],
    'a directive of its own': [`directive @crm on FIELD_DEFINITION\n${link}`, 'DIRECTIVE_FORBIDDEN @crm'],
    'an alias for a forbidden directive': [
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", { name: "@inaccessible", as: "@cost" }])\ntype Query { crmA: Int }',
      'LINK_FORBIDDEN schema',
    ],
    'federation under another name': [
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "f")\ntype Query { crmA: Int }',
      'LINK_FORBIDDEN schema',
    ],
    'a security feature that no gateway knows': [
      `${link}\nextend schema @link(url: "https://example.com/vault/v1.0", import: ["@vault"], for: SECURITY)\ntype Query { crmA: Int @vault }`,
      'LINK_FORBIDDEN schema',
    ],
    'a link to another specification': [`${link}\nextend schema @link(url: "https://specs.apollo.dev/tag/v0.3")`, 'LINK_FORBIDDEN schema'],
    'a forbidden directive by its full name': [
      `${link}\ntype Query { crmA: Int @federation__inaccessible }`,
      'DIRECTIVE_FORBIDDEN Query.crmA',
    ],
    'federation 1': ['type Query { crmA: Int }', 'LINK_MISSING schema'],
    'a root type under another name': [
      `${link}\nschema { query: CrmQuery } type CrmQuery { everything: String! }`,
      'ROOT_RENAMED CrmQuery',
    ],
    'a field without the prefix': [`${link}\ntype Query { contacts: Int }`, 'NAME_PREFIX Query.contacts'],
    'a field whose prefix does not end': [`${link}\ntype Query { crmcontacts: Int }`, 'NAME_PREFIX Query.crmcontacts'],
    'a field without the prefix on a core entity': [tenantWith('contacts: Int'), 'NAME_PREFIX Tenant.contacts'],
    'a type without the prefix': [`${link}\ntype Contact { n: Int }`, 'NAME_PREFIX Contact'],
    'a type whose prefix does not end': [`${link}\ntype Crmcontact { n: Int }`, 'NAME_PREFIX Crmcontact'],
    'a non-null root field': [`${link}\ntype Query { crmA: Int! }`, 'FIELD_NON_NULL Query.crmA'],
    'a non-null mutation': [`${link}\ntype Mutation { crmAdd: [Int]! }`, 'FIELD_NON_NULL Mutation.crmAdd'],
    'a non-null subscription': [`${link}\ntype Subscription { crmDealChanged: Int! }`, 'FIELD_NON_NULL Subscription.crmDealChanged'],
    'a non-null field on a core entity': [tenantWith('crm: Int!'), 'FIELD_NON_NULL Tenant.crm'],
    'a directive on a root type': [`${link}\ntype Query @authenticated { crmA: Int }`, 'CORE_DIRECTIVE Query'],
    'an operation in place of types': [`${link}\nquery CrmA { me { id } }`, 'DEFINITION_UNEXPECTED sdl'],
    'no GraphQL at all': ['type {', 'SDL_INVALID sdl'],
  };

  for (const [attack, [sdl, finding]] of Object.entries(attacks))
    it(`refuse ${attack}`, () => {
      expect(codesOf(sdl)).toContain(finding);
    });
});
