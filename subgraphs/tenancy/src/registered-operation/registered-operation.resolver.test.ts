import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aTenancy, claimsIn, platformAdmin } from '../../test/a-tenancy.ts';

const document = `mutation ($input: RegisterOperationsInput!) {
  registerOperations(input: $input) { manifest { client digest operationCount } userErrors { code path message } }
}`;
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

describe('registering operations', () => {
  it('keeps the texts by hash, adds to them, and puts others in their place', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const register = async (operations: string[], more: object = {}) => {
      const input = { client: 'shop', operations, ...more };
      return (await tenancy.ask(claimsIn(acme), document, { input })).data.registerOperations;
    };
    const texts = async () => {
      const digest = (await tenancy.directory.bySlug('acme'))?.manifests.shop;
      return digest && (await tenancy.directory.clientManifest(digest));
    };

    const first = await register(['{ a }', '{ b }']);
    expect(first).toMatchObject({ manifest: { client: 'shop', operationCount: 2 }, userErrors: [] });
    expect(await texts()).toEqual({ [hashOf('{ a }')]: '{ a }', [hashOf('{ b }')]: '{ b }' });
    expect((await register(['{ b }', '{ a }'])).manifest.digest).toBe(first.manifest.digest);
    expect((await register(['{ c }'])).manifest.operationCount).toBe(3);
    expect(await tenancy.directory.clientManifest(first.manifest.digest)).toBeUndefined();
    await register(['{ d }'], { replace: true });
    expect(await texts()).toEqual({ [hashOf('{ d }')]: '{ d }' });
    expect((await tenancy.ask(claimsIn(acme), '{ tenant { clientManifests { client operationCount } } }')).data).toEqual({
      tenant: { clientManifests: [{ client: 'shop', operationCount: 1 }] },
    });
    expect(await register([], { replace: true })).toEqual({ manifest: null, userErrors: [] });
    expect((await tenancy.directory.bySlug('acme'))?.manifests).toEqual({});
    expect(tenancy.notices).toContainEqual({ kind: 'tenant', slug: 'acme' });
  });

  it('is of one tenant, and for who may change its settings', async () => {
    await using tenancy = await aTenancy();
    const [acme, globex] = [await tenancy.active('acme'), await tenancy.active('globex')];
    const input = { client: 'shop', operations: ['{ a }'] };
    expect((await tenancy.ask(claimsIn(acme, ['settings.read']), document, { input })).codes).toEqual(['FORBIDDEN']);
    expect((await tenancy.ask(platformAdmin, document, { input })).codes).toEqual(['TENANT_NOT_FOUND']);
    const mine = (await tenancy.ask(claimsIn(acme), document, { input })).data.registerOperations.manifest;
    const theirs = (await tenancy.ask(claimsIn(globex), document, { input })).data.registerOperations.manifest;
    expect(mine.digest).not.toBe(theirs.digest);
  });

  it.each([
    ['what is not GraphQL', { client: 'shop', operations: ['{ a }', '{'] }, 'operations'],
    ['more tokens than an operation may have', { client: 'shop', operations: [`{ ${'a '.repeat(5_000)} }`] }, 'operations'],
    ['too many', { client: 'shop', operations: Array.from({ length: 1_001 }, (_, index) => `{ a${index} }`) }, 'operations'],
    ['a client without a name', { client: ' ', operations: [] }, 'client'],
  ])('refuses %s', async (_, input, field) => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const { data } = await tenancy.ask(claimsIn(acme), document, { input });
    expect(data.registerOperations).toMatchObject({ manifest: null, userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', field] }] });
  });

  it('is made the rule, and no rule again, by a setting', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const { data } = await tenancy.ask(claimsIn(acme), '{ tenant { version } }');
    const set = (registeredOperationsOnly: boolean | null, version: number) =>
      tenancy.ask(
        claimsIn(acme),
        'mutation ($input: UpdateTenantSettingsInput!) { updateTenantSettings(input: $input) { userErrors { code } } }',
        {
          input: { registeredOperationsOnly, version },
        },
      );
    expect((await tenancy.directory.bySlug('acme'))?.registeredOnly).toBe(false);
    await set(true, data.tenant.version);
    expect((await tenancy.directory.bySlug('acme'))?.registeredOnly).toBe(true);
    await set(null, data.tenant.version + 1);
    expect((await tenancy.directory.bySlug('acme'))?.registeredOnly).toBe(false);
  });
});
