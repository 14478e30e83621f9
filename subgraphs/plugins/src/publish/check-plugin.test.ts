import { describe, expect, it } from 'vitest';
import { core, crmSdl, link } from '../../test/core.ts';
import { compose } from '../composition/compose.ts';
import { checkPlugin } from './check-plugin.ts';
import { checkCoreUnchanged } from './checks/core-unchanged.ts';

const manifest = { id: 'crm', name: 'CRM', version: '1.0.0', description: 'Contacts and deals.' };
const check = (changes: object = {}, sdl = crmSdl, others: string[] = []) =>
  checkPlugin({ manifest: { ...manifest, ...changes }, sdl }, { core, others, compose });
const inManifest = async (changes: object, others: string[] = []) =>
  (await check(changes, crmSdl, others)).inManifest.map(({ code, place }) => `${code} ${place}`);

describe('checking a plugin before it is published', () => {
  it('finds nothing in one that keeps the rules', async () => {
    expect(await check()).toMatchObject({ manifest: { id: 'crm', hooks: [], scopes: [] }, inManifest: [], inSdl: [] });
  });

  it('says of each finding what, where, how bad and what to do', async () => {
    const { inSdl } = await check({}, `${link}\ntype Query { contacts: Int }`);
    expect(inSdl).toEqual([
      { code: 'NAME_PREFIX', severity: 'ERROR', place: 'Query.contacts', hint: 'Fields of the plugin crm begin with crm.' },
    ]);
  });

  it('composes what no single rule refused', async () => {
    const { inSdl } = await check({}, `${link}\ntype Query { crmOf: CrmNothing }`);
    expect(inSdl.map(({ code }) => code)).toEqual(['INVALID_GRAPHQL']);
  });
});

describe('a manifest', () => {
  const faults: Record<string, [changes: object, finding: string]> = {
    'no version number': [{ version: 'one' }, 'MANIFEST_INVALID version'],
    'an id that is none': [{ id: 'CRM' }, 'MANIFEST_INVALID id'],
    'a field that no manifest has': [{ url: 'http://127.0.0.1' }, 'MANIFEST_INVALID '],
    'a hook that does not exist': [{ hooks: [{ kind: 'action', hook: 'user.exploded' }] }, 'MANIFEST_INVALID hooks.0.hook'],
    'a filter that does not exist': [{ hooks: [{ kind: 'filter', hook: 'user.created' }] }, 'MANIFEST_INVALID hooks.0.hook'],
    'a hook twice': [
      {
        hooks: [
          { kind: 'action', hook: 'user.created' },
          { kind: 'action', hook: 'user.created' },
        ],
      },
      'HOOK_TWICE hooks',
    ],
    'a filter with too much time': [
      { hooks: [{ kind: 'filter', hook: 'user.creating', timeoutMs: 60_000 }] },
      'MANIFEST_INVALID hooks.0.timeoutMs',
    ],
    'a permission of another': [
      { permissions: { 'users.write': { description: 'All users' } } },
      'PERMISSION_NAME permissions.users.write',
    ],
    'a permission for a role of nobody': [
      { permissions: { 'crm.contacts.read': { description: 'See', roles: ['boss'] } } },
      'PERMISSION_ROLE permissions.crm.contacts.read',
    ],
    'a scope that the core has not': [{ scopes: ['users.everything'] }, 'SCOPE_UNKNOWN scopes.users.everything'],
    'a scope out of the prototype': [{ scopes: ['constructor'] }, 'SCOPE_UNKNOWN scopes.constructor'],
    'a configuration that is no object': [{ configuration: { type: 'string' } }, 'CONFIGURATION_SCHEMA configuration'],
    'a configuration schema that is none': [
      { configuration: { type: 'object', properties: { a: { type: 'nonsense' } } } },
      'CONFIGURATION_SCHEMA configuration',
    ],
    'a configuration pattern that is none': [
      { configuration: { type: 'object', properties: { a: { type: 'string', pattern: '(' } } } },
      'CONFIGURATION_SCHEMA configuration',
    ],
    'a secret further down': [
      {
        configuration: {
          type: 'object',
          properties: { smtp: { type: 'object', properties: { password: { type: 'string', writeOnly: true } } } },
        },
      },
      'CONFIGURATION_SECRET configuration',
    ],
    'a secret behind a reference': [
      {
        configuration: {
          type: 'object',
          properties: { key: { $ref: '#/$defs/key' } },
          $defs: { key: { type: 'string', writeOnly: true } },
        },
      },
      'CONFIGURATION_SECRET configuration',
    ],
    'a migration with a schema': [
      { migrations: [{ name: '0001-a', sql: 'create table plexica.a (id int)' }] },
      'MIGRATION_SCHEMA migrations.0001-a',
    ],
    'the name of a core subgraph': [{ id: 'identity' }, 'ID_RESERVED id'],
    'the name of a core type': [{ id: 'tenant' }, 'ID_RESERVED id'],
    'the name of a core field': [{ id: 'me' }, 'ID_RESERVED id'],
  };
  for (const [fault, [changes, finding]] of Object.entries(faults))
    it(`is refused for ${fault}`, async () => {
      expect(await inManifest(changes)).toContain(finding);
    });

  it('may mark secrets at the top of its configuration', async () => {
    const configuration = {
      type: 'object',
      properties: { key: { type: 'string', writeOnly: true }, days: { type: 'integer', default: 3 } },
    };
    expect(await inManifest({ configuration })).toEqual([]);
  });

  it('is refused when its prefix begins another plugin’s, either way round', async () => {
    expect(await inManifest({ id: 'crm' }, ['crm-plus'])).toEqual(['ID_PREFIX id']);
    expect(await inManifest({ id: 'crm-plus' }, ['crm'])).toEqual(['ID_PREFIX id']);
    expect(await inManifest({ id: 'crm' }, ['crm', 'analytics'])).toEqual([]);
  });
});

describe('what a plugin’s components ask', () => {
  const ui = { entry: 'remote.js', vue: '^3.5.0', slots: [{ slot: 'dashboard.widget/v1', expose: './Widget' }] };
  const asking = async (operations: string[], changes: object = {}) =>
    (await check({ ui: { ...ui, operations }, ...changes })).inManifest.map(({ code, severity, place }) => `${severity} ${code} ${place}`);

  it('is answered by the core and the plugin', async () => {
    const parts = 'fragment Parts on CrmContact { name }';
    expect(await asking(['{ me { id } tenant { crm { contacts } } }', `query Names { crmContacts { ...Parts } } ${parts}`])).toEqual([]);
  });

  it.each([
    ['no GraphQL', '{'],
    ['no operation', 'fragment Parts on CrmContact { name }'],
    ['two operations', 'query A { me { id } } query B { me { id } }'],
    ['a field that nobody has', '{ crmDeals { id } }'],
    ['a field of platform admins', '{ tenants { totalCount } }'],
  ])('is refused for %s, and says which of them', async (_, text) => {
    expect(await asking(['{ me { id } }', text])).toEqual(['ERROR UI_OPERATION_INVALID ui.operations.1']);
  });

  it('may be answered by plugins that it depends on', async () => {
    const dependencies = { required: { mail: '^1.0.0' } };
    const found = await asking(['{ mailInbox { id } }', '{'], { dependencies });
    expect(found).toEqual(['WARNING UI_OPERATION_UNSURE ui.operations.0', 'ERROR UI_OPERATION_INVALID ui.operations.1']);
  });
});

describe('what no rule foresaw', () => {
  const composed = (sdl: string) => compose({ audience: 'tenant', core, plugins: [{ name: 'crm', sdl }] }).sdl ?? '';
  const without = compose({ audience: 'tenant', core, plugins: [] }).sdl ?? '';
  const hints = (sdl: string) =>
    checkCoreUnchanged(without, composed(sdl))
      .map(({ hint }) => hint)
      .join();

  it('is seen in what comes out: a vanished input field, a hidden key, a looser type, a new enum value, another guard', () => {
    expect(hints(crmSdl)).toBe('');
    expect(hints(`${link}\ninput CreateUserInput { email: String! displayName: String! }`)).toContain('CreateUserInput.password');
    expect(hints(`${link}\ntype User @key(fields: "id") { id: ID! @inaccessible crmA: Int }`)).toContain('User.id');
    expect(hints(`${link}\ntype User @key(fields: "id") { id: ID crmA: Int }`)).toContain('User.id changed type');
    expect(hints(`${link}\nenum OperationStatus { PENDING RUNNING SUCCEEDED COMPENSATING COMPENSATED FAILED CRM_LEAD }`)).toContain(
      'CRM_LEAD',
    );
    expect(hints(`${link}\ntype User @key(fields: "id") { id: ID! @requiresScopes(scopes: [["crm.a.b"]]) crmA: Int }`)).toContain(
      'guarded otherwise',
    );
  });
});
