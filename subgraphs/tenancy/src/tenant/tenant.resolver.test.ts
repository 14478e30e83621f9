import { anonymous, DomainError } from '@plexica/plugin-kit';
import { describe, expect, it } from 'vitest';
import { aTenancy, claimsIn, platformAdmin } from '../../test/a-tenancy.ts';

const someone = { ...platformAdmin, roles: [], permissions: [] };

describe('reading tenants', () => {
  it('answers the caller’s own, and none on the platform itself', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');

    const document = '{ tenant { id slug status settings branding { primaryColor } provisioning { status progress } } }';
    expect(await tenancy.ask(claimsIn(acme), document)).toEqual({
      data: {
        tenant: {
          ...acme,
          status: 'ACTIVE',
          settings: {},
          branding: { primaryColor: null },
          provisioning: { status: 'SUCCEEDED', progress: 1 },
        },
      },
    });
    expect((await tenancy.ask(platformAdmin, document)).data).toEqual({ tenant: null });
    expect((await tenancy.ask({ ...anonymous, tenant: acme }, document)).codes).toEqual(['UNAUTHENTICATED']);
    expect((await tenancy.ask(claimsIn(acme, []), '{ tenant { name settings } }')).codes).toEqual(['FORBIDDEN']);
  });

  it('keeps every platform field to platform admins', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const documents = [
      '{ tenants { totalCount } }',
      `{ tenantById(id: "${acme.id}") { id } }`,
      '{ tenantBySlug(slug: "acme") { id } }',
      'mutation { createTenant(input: { slug: "x1", name: "X", adminEmail: "a@x.test" }) { tenant { id } } }',
      `mutation { updateTenant(input: { id: "${acme.id}", name: "X", version: 1 }) { tenant { id } } }`,
      `mutation { suspendTenant(input: { id: "${acme.id}", reason: "x" }) { tenant { id } } }`,
      `mutation { reactivateTenant(input: { id: "${acme.id}" }) { tenant { id } } }`,
      `mutation { retryOperation(input: { id: "${acme.id}" }) { operation { id } } }`,
    ];
    for (const document of documents) {
      expect((await tenancy.ask(anonymous, document)).codes).toEqual(['UNAUTHENTICATED']);
      expect((await tenancy.ask(someone, document)).codes).toEqual(['FORBIDDEN']);
      expect((await tenancy.ask(claimsIn(acme), document)).codes).toEqual(['FORBIDDEN']);
    }
    expect(await tenancy.directory.statusOf('acme')).toBe('ACTIVE');
  });

  it('pages through all of them by keyset in the order asked for', async () => {
    await using tenancy = await aTenancy();
    const slugs = ['delta', 'alpha', 'charlie', 'bravo', 'echo'];
    for (const slug of slugs) await tenancy.create({ slug, name: slug === 'echo' ? 'Alpha & sons' : 'Same name' });
    const page = async (variables: Record<string, unknown>) => {
      const document = `query ($first: Int, $after: String, $filter: TenantFilter, $orderBy: TenantOrder) {
        tenants(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
          totalCount pageInfo { hasNextPage endCursor } edges { cursor node { slug name } } } }`;
      return tenancy.ask(platformAdmin, document, variables);
    };

    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await page({ first: 2, after, orderBy: { field: 'NAME', direction: 'DESC' } });
      expect(data.tenants.totalCount).toBe(5);
      seen.push(...data.tenants.edges.map((edge: { node: { slug: string } }) => edge.node.slug));
      after = data.tenants.pageInfo.hasNextPage ? data.tenants.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(slugs));
    expect(seen.at(-1)).toBe('echo');

    const bySlug = await page({ orderBy: { field: 'SLUG' } });
    expect(bySlug.data.tenants.edges.map((edge: { node: { slug: string } }) => edge.node.slug)).toEqual([...slugs].sort());
    expect((await page({ filter: { search: 'ALPHA' } })).data.tenants.totalCount).toBe(2);
    expect((await page({ filter: { search: '%' } })).data.tenants.totalCount).toBe(0);
    expect((await page({ filter: { status: 'SUSPENDED' } })).data.tenants).toEqual({
      totalCount: 0,
      pageInfo: { hasNextPage: false, endCursor: null },
      edges: [],
    });
    expect((await page({ first: null })).data.tenants.edges).toHaveLength(5);
    expect((await page({ first: 101 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await page({ first: 0 })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await page({ after: 'nonsense' })).codes).toEqual(['BAD_USER_INPUT']);
    const foreign = Buffer.from(JSON.stringify(['not a date', 'no id'])).toString('base64url');
    expect((await page({ after: foreign, orderBy: { field: 'CREATED_AT' } })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await page({ after: bySlug.data.tenants.edges[0].cursor, orderBy: { field: 'CREATED_AT' } })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('resolves references to the own tenant and its operations, never to another’s', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const globex = await tenancy.active('globex');
    const [operation] = await tenancy.rows<{ id: string }>('select id from plexica.operation where tenant_id = ?', [globex.id]);
    const document = `{ _entities(representations: [
      { __typename: "Tenant", id: "${acme.id}" }, { __typename: "Tenant", id: "${globex.id}" }, { __typename: "Operation", id: "${operation?.id}" }
    ]) { ... on Tenant { slug } ... on Operation { kind } } operation(id: "${operation?.id}") { id } }`;

    expect((await tenancy.ask(claimsIn(acme), document)).data).toEqual({ _entities: [{ slug: 'acme' }, null, null], operation: null });
    expect((await tenancy.ask(claimsIn(globex), document)).data).toMatchObject({
      _entities: [null, { slug: 'globex' }, { kind: 'TENANT_PROVISION' }],
    });
    expect((await tenancy.ask(platformAdmin, document)).data._entities).toEqual([
      { slug: 'acme' },
      { slug: 'globex' },
      { kind: 'TENANT_PROVISION' },
    ]);
    expect((await tenancy.ask(someone, document)).data._entities).toEqual([null, null, null]);
  });

  it('tells anybody how to sign in to an active tenant, and nothing about any other', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const ask = (slug: string) =>
      tenancy.ask(anonymous, 'query ($slug: String!) { tenantSignIn(slug: $slug) { slug name issuer clientId branding { logoUrl } } }', {
        slug,
      });

    expect((await ask('acme')).data.tenantSignIn).toEqual({
      slug: 'acme',
      name: 'A tenant',
      issuer: 'http://localhost:4000/realms/acme',
      clientId: expect.any(String),
      branding: { logoUrl: null },
    });
    expect((await ask('plexica')).data.tenantSignIn.issuer).toBe('http://localhost:4000/realms/plexica');
    expect((await ask('nobody')).data.tenantSignIn).toBeNull();
    await suspend(tenancy, acme.id);
    expect((await ask('acme')).data.tenantSignIn).toBeNull();
  });
});

describe('suspending a tenant', () => {
  it('holds at once, says so to the directory, and is undone by reactivating', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    tenancy.notices.length = 0;

    expect(await suspend(tenancy, acme.id)).toEqual({ tenant: { status: 'SUSPENDED', suspendedReason: 'unpaid' }, userErrors: [] });
    expect(await tenancy.directory.bySlug('acme')).toMatchObject({ id: acme.id, status: 'SUSPENDED' });
    expect(await suspend(tenancy, acme.id)).toEqual({
      tenant: null,
      userErrors: [{ code: 'TENANT_STATUS_INVALID', path: ['input', 'id'] }],
    });
    const reactivate = `mutation { reactivateTenant(input: { id: "${acme.id}" }) { tenant { status suspendedReason } userErrors { code } } }`;
    expect((await tenancy.ask(platformAdmin, reactivate)).data.reactivateTenant.tenant).toEqual({
      status: 'ACTIVE',
      suspendedReason: null,
    });
    expect((await tenancy.ask(platformAdmin, reactivate)).data.reactivateTenant.userErrors).toEqual([{ code: 'TENANT_STATUS_INVALID' }]);

    expect(tenancy.notices).toEqual([
      { kind: 'tenant', slug: 'acme' },
      { kind: 'tenant', slug: 'acme' },
    ]);
    const events = await tenancy.rows<{ name: string }>(
      "select name from plexica.outbox where tenant_id = ? and kind = 'event' order by id",
      [acme.id],
    );
    expect(events.map(({ name }) => name)).toEqual(['tenant.created', 'tenant.suspended', 'tenant.reactivated']);
    const audit = await tenancy.rows<{ action: string; actor_email: string | null }>(
      'select action, actor_email from plexica.audit_entry where target_id = ? and actor_email is not null order by at',
      [acme.id],
    );
    expect(audit.map(({ action }) => action)).toEqual(['tenant.create', 'tenant.suspend', 'tenant.reactivate']);
  });

  it('asks for a reason and a tenant that exists', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    expect((await suspend(tenancy, acme.id, ' ')).userErrors).toEqual([{ code: 'BAD_USER_INPUT', path: ['input', 'reason'] }]);
    for (const id of ['01890000-0000-7000-8000-000000000009', 'no-id']) {
      const document = `mutation { suspendTenant(input: { id: "${id}", reason: "x" }) { tenant { id } } }`;
      expect((await tenancy.ask(platformAdmin, document)).codes).toEqual(['TENANT_NOT_FOUND']);
    }
  });
});

describe('changing a tenant', () => {
  it('renames it for the platform, once per version', async () => {
    await using tenancy = await aTenancy();
    const { id } = await tenancy.active('acme');
    const rename = async (name: string, version: number) => {
      const document = `mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { name version } userErrors { code path } } }`;
      return (await tenancy.ask(platformAdmin, document, { input: { id, name, version } })).data.updateTenant;
    };

    expect(await rename('ACME Corporation', 2)).toEqual({ tenant: { name: 'ACME Corporation', version: 3 }, userErrors: [] });
    expect(await rename('Stale', 2)).toEqual({
      tenant: { name: 'ACME Corporation', version: 3 },
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['input', 'version'] }],
    });
    const both = await Promise.all([rename('One', 3), rename('Two', 3)]);
    expect(both.map(({ userErrors }) => userErrors.length).sort()).toEqual([0, 1]);
    expect(await rename('', 4)).toEqual({ tenant: null, userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'name'] }] });
  });

  it('takes settings and branding from its own admins, checked value by value', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const settings = async (input: Record<string, unknown>, claims = claimsIn(acme)) => {
      const document = `mutation ($input: UpdateTenantSettingsInput!) {
        updateTenantSettings(input: $input) { tenant { settings version } userErrors { code path } } }`;
      const { data, codes } = await tenancy.ask(claims, document, { input });
      return codes ?? data.updateTenantSettings;
    };
    const branding = async (input: Record<string, unknown>) => {
      const document = `mutation ($input: UpdateBrandingInput!) {
        updateBranding(input: $input) { tenant { branding { logoUrl primaryColor accentColor } version } userErrors { code path } } }`;
      return (await tenancy.ask(claimsIn(acme), document, { input })).data.updateBranding;
    };

    expect(await settings({ locale: 'it-IT', timezone: 'Europe/Rome', version: 2 })).toEqual({
      tenant: { settings: { locale: 'it-IT', timezone: 'Europe/Rome' }, version: 3 },
      userErrors: [],
    });
    expect(await tenancy.auditOf(acme)).toEqual(['tenant.update-settings by admin@acme.test']);
    expect((await settings({ locale: null, version: 3 })).tenant.settings).toEqual({ locale: null, timezone: 'Europe/Rome' });
    expect((await settings({ locale: 'nonsense!', version: 4 })).userErrors).toEqual([
      { code: 'BAD_USER_INPUT', path: ['input', 'locale'] },
    ]);
    expect((await settings({ timezone: 'Mars/Olympus', version: 4 })).userErrors[0].path).toEqual(['input', 'timezone']);
    expect(await settings({ version: 4 }, claimsIn(acme, ['settings.read']))).toEqual(['FORBIDDEN']);
    expect(await settings({ version: 4 }, platformAdmin)).toEqual(['TENANT_NOT_FOUND']);

    expect(await branding({ primaryColor: '#0A7D33', logoUrl: 'https://acme.test/logo.svg', version: 4 })).toEqual({
      tenant: { branding: { logoUrl: 'https://acme.test/logo.svg', primaryColor: '#0a7d33', accentColor: null }, version: 5 },
      userErrors: [],
    });
    expect(await tenancy.directory.presentation('acme')).toEqual({ name: 'A tenant', colour: '#0a7d33' });
    for (const bad of [
      { primaryColor: 'red' },
      { primaryColor: '#12345' },
      { logoUrl: 'javascript:alert(1)' },
      { logoUrl: '//evil.test/x' },
      { logoUrl: '/\\evil.test' },
    ])
      expect((await branding({ ...bad, version: 5 })).userErrors).toMatchObject([
        { code: 'BAD_USER_INPUT', path: ['input', Object.keys(bad)[0]] },
      ]);
    for (const origin of [
      'http://shop.example',
      'https://shop.example/',
      'https://shop.example/path',
      '*',
      'null',
      'javascript:alert(1)',
    ]) {
      expect((await settings({ allowedOrigins: [origin], version: 5 })).userErrors[0].path).toEqual(['input', 'allowedOrigins']);
    }
    expect(await tenancy.directory.allowedOrigins()).toEqual([]);
    const allowedOrigins = ['https://shop.example', 'http://localhost:5173'];
    expect((await settings({ allowedOrigins, version: 5 })).tenant.settings.allowedOrigins).toEqual(allowedOrigins);
    expect(await tenancy.directory.allowedOrigins()).toEqual(allowedOrigins);
    expect((await tenancy.directory.bySlug(acme.slug))?.allowedOrigins).toEqual(allowedOrigins);
    await settings({ allowedOrigins: null, version: 6 });
    expect(await tenancy.directory.allowedOrigins()).toEqual([]);
    expect((await branding({ accentColor: '#ffffff', version: 1 })).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  });

  it('is shown to the filters of its plugins first, which may change or refuse it', async () => {
    await using tenancy = await aTenancy();
    const { id } = await tenancy.active('acme');
    const rename = async (name: string, version: number) => {
      const document = `mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { name } userErrors { code plugin pluginCode } } }`;
      return (await tenancy.ask(platformAdmin, document, { input: { id, name, version } })).data.updateTenant;
    };
    tenancy.useFilters({
      async run(name, payload) {
        expect(name).toBe('tenant.updating');
        const { tenant, changes } = payload as unknown as { tenant: { slug: string }; changes: { name: string } };
        if (changes.name === 'Refused') throw new DomainError('HOOK_VETOED', { details: { plugin: 'crm', pluginCode: 'CRM_NO' } });
        return { ...payload, changes: { name: `${changes.name} of ${tenant.slug}` } };
      },
    });

    expect((await rename('House', 2)).tenant).toEqual({ name: 'House of acme' });
    expect(await rename('Refused', 3)).toEqual({
      tenant: null,
      userErrors: [{ code: 'HOOK_VETOED', plugin: 'crm', pluginCode: 'CRM_NO' }],
    });
  });
});

const suspend = async (tenancy: Awaited<ReturnType<typeof aTenancy>>, id: string, reason = 'unpaid') => {
  const document = `mutation ($input: SuspendTenantInput!) {
    suspendTenant(input: $input) { tenant { status suspendedReason } userErrors { code path } } }`;
  return (await tenancy.ask(platformAdmin, document, { input: { id, reason } })).data.suspendTenant;
};
