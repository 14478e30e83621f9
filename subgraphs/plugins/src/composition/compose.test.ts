import { isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { core, crmSdl, link } from '../../test/core.ts';
import { apiSchemaOf } from '../supergraph/api-schema.ts';
import { compose } from './compose.ts';

const apiOf = (audience: 'tenant' | 'platform', ...plugins: { name: string; sdl: string }[]) => {
  const { sdl, errors } = compose({ audience, core, plugins });
  if (!sdl) throw new Error(JSON.stringify(errors));
  return apiSchemaOf(sdl);
};

describe('composing for tenants', () => {
  it('leaves nothing of the platform: no field, no type that only its fields lead to', () => {
    const api = apiOf('tenant');
    const names = Object.keys(api.getTypeMap());

    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).not.toContain('tenants');
    expect(Object.keys(api.getMutationType()?.getFields() ?? {})).not.toContain('publishPlugin');
    for (const name of ['TenantConnection', 'TenantEdge', 'TenantOrderField', 'PublishPluginInput', 'PublishPluginPayload'])
      expect(names).not.toContain(name);
    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toEqual(expect.arrayContaining(['me', 'tenant', 'plugins', 'hooks']));
  });

  it('hides an untagged type that nothing but a hidden field leads to', () => {
    const { sdl } = compose({
      audience: 'tenant',
      core: [
        {
          name: 'a',
          sdl: `${link}
            type Query { seen: Int  secret(with: SecretInput): SecretAnswer @tag(name: "platform") }
            type SecretAnswer { kind: SecretKind! part: SecretPart }
            interface SecretPart { n: Int } type SecretWhole implements SecretPart { n: Int }
            enum SecretKind { A } input SecretInput { at: SecretTime } scalar SecretTime`,
        },
      ],
      plugins: [],
    });

    expect(Object.keys(apiSchemaOf(sdl ?? '').getTypeMap()).filter((name) => name.startsWith('Secret'))).toEqual([]);
  });

  it('keeps the platform for platform admins', () => {
    const api = apiOf('platform');
    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toContain('tenants');
    expect(Object.keys(api.getMutationType()?.getFields() ?? {})).toContain('publishPlugin');
  });

  it('adds a plugin’s types and fields to the core’s', () => {
    const api = apiOf('tenant', { name: 'crm', sdl: crmSdl });
    const tenant = api.getType('Tenant');

    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toContain('crmContacts');
    expect(isObjectType(tenant) && Object.keys(tenant.getFields())).toEqual(expect.arrayContaining(['slug', 'installations', 'crm']));
    expect(apiOf('tenant').getType('CrmContact')).toBeUndefined();
  });

  it('takes no words of a plugin for what is the core’s', () => {
    const sdl = crmSdl
      .replace('type Tenant', '"""Owned by a plugin"""\ntype Tenant')
      .replace('  id: ID!\n  crm', '  "Not yours"\n  id: ID!\n  crm');
    const tenant = apiOf('tenant', { name: 'aaa', sdl }).getType('Tenant');

    expect(tenant?.description).not.toContain('plugin"');
    expect(tenant?.description).toBe(apiOf('tenant').getType('Tenant')?.description);
    expect(isObjectType(tenant) && tenant.getFields().id?.description).not.toBe('Not yours');
  });
});

describe('a set that does not compose', () => {
  it('says which subgraph, which line, and why', () => {
    const { errors } = compose({ audience: 'tenant', core, plugins: [{ name: 'crm', sdl: `${link}\ntype Query { crmOf: CrmNothing }` }] });
    expect(errors).toEqual([expect.objectContaining({ code: 'INVALID_GRAPHQL', message: expect.stringContaining('CrmNothing') })]);
    expect(compose({ audience: 'tenant', core, plugins: [{ name: 'crm', sdl: 'type {' }] }).errors?.[0]?.code).toBe('SDL_INVALID');
  });
});
