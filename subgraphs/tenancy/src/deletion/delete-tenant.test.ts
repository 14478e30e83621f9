import { describe, expect, it } from 'vitest';
import { aTenancy, claimsIn, platformAdmin } from '../../test/a-tenancy.ts';
import { tenantBucket } from '../provisioning/tenant-bucket.ts';
import { eraseOverdue } from './end-of-grace.ts';

type Tenancy = Awaited<ReturnType<typeof aTenancy>>;

const deleteMutation = `mutation ($input: DeleteTenantInput!) { deleteTenant(input: $input) {
  tenant { id status version deletesAt deletion { kind } } operation { id kind status } userErrors { code message path } } }`;
const deleted = async ({ ask }: Tenancy, input: Record<string, unknown>) =>
  (await ask(platformAdmin, deleteMutation, { input: { mode: 'SOFT', ...input } })).data.deleteTenant;
const restored = async ({ ask }: Tenancy, id: string) =>
  (await ask(platformAdmin, `mutation { restoreTenant(input: { id: "${id}" }) { tenant { status } userErrors { code } } }`)).data
    .restoreTenant;
const versionOf = async ({ ask }: Tenancy, id: string): Promise<number> =>
  (await ask(platformAdmin, `{ tenantById(id: "${id}") { version } }`)).data.tenantById.version;
const erased = async (tenancy: Tenancy, { id, slug }: { id: string; slug: string }) => {
  const { operation, userErrors } = await deleted(tenancy, { id, confirmSlug: slug, mode: 'HARD', version: await versionOf(tenancy, id) });
  expect(userErrors).toEqual([]);
  return tenancy.foundation.operations.settled(operation.id);
};

describe('deleting a tenant softly', () => {
  it('closes it at once, keeps everything, and is taken back by restoring it', async () => {
    await using tenancy = await aTenancy();
    const [acme, globex] = [await tenancy.active('acme'), await tenancy.active('globex')];

    const { tenant, operation, userErrors } = await deleted(tenancy, { id: acme.id, confirmSlug: 'acme', version: 2 });

    expect(userErrors).toEqual([]);
    expect(tenant).toMatchObject({ status: 'PENDING_DELETION', version: 3, deletion: null });
    expect(operation).toBeNull();
    const days = (Date.parse(tenant.deletesAt) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(30, 1);
    expect((await tenancy.ask(platformAdmin, '{ tenantSignIn(slug: "acme") { issuer } }')).data.tenantSignIn).toBeNull();
    expect(await thingsOf(tenancy, acme)).toEqual(everything);
    expect((await tenancy.create({ slug: 'acme' })).userErrors).toMatchObject([{ code: 'TENANT_SLUG_TAKEN' }]);

    expect(await restored(tenancy, acme.id)).toEqual({ tenant: { status: 'ACTIVE' }, userErrors: [] });
    expect(await tenancy.directory.statusOf('acme')).toBe('ACTIVE');
    expect(await restored(tenancy, acme.id)).toMatchObject({ tenant: null, userErrors: [{ code: 'TENANT_STATUS_INVALID' }] });
    expect(await tenancy.directory.statusOf('globex')).toBe('ACTIVE');
    expect(await eventsOf(tenancy, acme.id)).toEqual(['tenant.created', 'tenant.suspended', 'tenant.reactivated']);
    expect(await eventsOf(tenancy, globex.id)).toEqual(['tenant.created']);
    const audit = await tenancy.rows<{ action: string; actor_email: string }>(
      "select action, actor_email from plexica.audit_entry where target_id = ? and action ~ 'delete|restore' order by at",
      [acme.id],
    );
    expect(audit.map(({ action, actor_email }) => `${action} by ${actor_email}`)).toEqual([
      'tenant.delete by root@plexica.test',
      'tenant.restore by root@plexica.test',
    ]);
  });

  it('brings a suspended tenant back suspended', async () => {
    await using tenancy = await aTenancy();
    const { id } = await tenancy.active('acme');
    await tenancy.ask(platformAdmin, `mutation { suspendTenant(input: { id: "${id}", reason: "unpaid" }) { userErrors { code } } }`);
    await deleted(tenancy, { id, confirmSlug: 'acme', version: 3 });
    expect((await restored(tenancy, id)).tenant).toEqual({ status: 'SUSPENDED' });
  });

  it('is confirmed by the slug and the version, and is for platform admins', async () => {
    await using tenancy = await aTenancy();
    const acme = await tenancy.active('acme');
    const refused = async (input: Record<string, unknown>) =>
      (await deleted(tenancy, { id: acme.id, confirmSlug: 'acme', version: 2, ...input })).userErrors;

    expect(await refused({ confirmSlug: 'globex' })).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', 'confirmSlug'] }]);
    expect(await refused({ version: 1 })).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
    const input = { id: acme.id, confirmSlug: 'acme', version: 2, mode: 'HARD' };
    expect((await tenancy.ask(claimsIn(acme), deleteMutation, { input })).codes).toEqual(['FORBIDDEN']);
    const unknown = await tenancy.ask(platformAdmin, deleteMutation, { input: { ...input, id: platformAdmin.user?.id } });
    expect(unknown.codes).toEqual(['TENANT_NOT_FOUND']);
    expect(await tenancy.directory.statusOf('acme')).toBe('ACTIVE');
  });

  it('ends in its erasure when the grace period is over, and not before', async () => {
    await using tenancy = await aTenancy();
    const [{ id }, kept] = [await tenancy.active('acme'), await tenancy.active('kept')];
    await deleted(tenancy, { id, confirmSlug: 'acme', version: 2 });
    await deleted(tenancy, { id: kept.id, confirmSlug: 'kept', version: 2 });
    await restored(tenancy, kept.id);
    const inDays = (days: number) => () => new Date(Date.now() + days * 86_400_000);

    await eraseOverdue({ ...tenancy.foundation, clock: inDays(29) });
    expect(await tenancy.directory.statusOf('acme')).toBe('PENDING_DELETION');
    await Promise.all([1, 2].map(() => eraseOverdue({ ...tenancy.foundation, clock: inDays(31) })));

    await expect.poll(() => tenancy.directory.statusOf('acme'), { timeout: 30_000 }).toBeUndefined();
    expect(await tenancy.directory.statusOf('kept')).toBe('ACTIVE');
    expect(await eventsOf(tenancy, id)).toEqual(['tenant.deleted']);
  });
});

describe('deleting a tenant for good', () => {
  it('takes away everything it has, leaves a tombstone without names, and frees the slug', async () => {
    await using tenancy = await aTenancy();
    const [acme, globex] = [await tenancy.active('acme'), await tenancy.active('globex')];
    await tenancy.foundation.database.createPluginSchema(acme, 'crm', []);
    await tenancy.foundation.database.createPluginSchema(globex, 'crm', []);

    const ended = await erased(tenancy, acme);

    expect(ended).toMatchObject({ kind: 'TENANT_DELETE', status: 'SUCCEEDED', error: null });
    expect(await thingsOf(tenancy, acme)).toEqual(nothing);
    expect(await thingsOf(tenancy, globex)).toEqual({ ...everything, pluginSchemas: 1, pluginRoles: 1 });
    expect(
      await tenancy.rows('select slug, name, status, admin_email, settings, branding from plexica.tenant where id = ?', [acme.id]),
    ).toEqual([{ slug: 'acme', name: 'acme', status: 'DELETED', admin_email: '', settings: {}, branding: {} }]);
    const traces = await tenancy.rows(
      `select 1 from plexica.outbox where tenant_id = ? and data::text like '%@%'
       union all select 1 from plexica.operation where tenant_id = ? and input::text like '%@%'`,
      [acme.id, acme.id],
    );
    expect(traces).toEqual([]);
    expect(await eventsOf(tenancy, acme.id)).toEqual(['tenant.deleted']);
    expect(await eventsOf(tenancy, globex.id)).toEqual(['tenant.created']);
    const tenants = '{ tenants { edges { node { slug } } } tenantBySlug(slug: "acme") { id } }';
    expect((await tenancy.ask(platformAdmin, tenants)).data).toEqual({
      tenants: { edges: [{ node: { slug: 'globex' } }] },
      tenantBySlug: null,
    });

    const next = await tenancy.active('acme');
    expect(next.id).not.toBe(acme.id);
    expect(await thingsOf(tenancy, next)).toEqual(everything);
  });

  it('can’t be taken back, asked for twice, or asked for while the tenant is made', async () => {
    await using tenancy = await aTenancy(({ storage }) => ({
      storage: {
        ...storage,
        deleteBucket: () => new Promise((resolve) => setTimeout(resolve, 2_000)).then(() => storage.deleteBucket('x')),
      },
    }));
    const acme = await tenancy.active('acme');
    const making = await tenancy.create({ slug: 'making' });
    const early = await deleted(tenancy, { id: making.tenant.id, confirmSlug: 'making', mode: 'HARD', version: 1 });
    expect(early.userErrors).toMatchObject([{ code: expect.stringMatching(/TENANT_STATUS_INVALID|VERSION_CONFLICT/) }]);

    const { tenant } = await deleted(tenancy, { id: acme.id, confirmSlug: 'acme', mode: 'HARD', version: 2 });

    expect(tenant).toMatchObject({ status: 'PENDING_DELETION', deletesAt: null, deletion: { kind: 'TENANT_DELETE' } });
    expect(await restored(tenancy, acme.id)).toMatchObject({ userErrors: [{ code: 'TENANT_STATUS_INVALID' }] });
    const twice = await deleted(tenancy, { id: acme.id, confirmSlug: 'acme', mode: 'HARD', version: tenant.version });
    expect(twice.userErrors).toMatchObject([{ code: 'TENANT_STATUS_INVALID' }]);
  });

  it('leaves alone what the next bearer of the slug has, when it is one whose provisioning failed', async () => {
    await using tenancy = await aTenancy();
    await tenancy.foundation.identity.createRealm('acme', 'Acme');
    const failed = await tenancy.create({ slug: 'acme' });
    await tenancy.foundation.operations.settled(failed.operation.id);
    await tenancy.foundation.identity.deleteRealm('acme');
    const acme = await tenancy.active('acme');

    const ended = await erased(tenancy, { id: failed.tenant.id, slug: 'acme' });

    expect(ended.status).toBe('SUCCEEDED');
    expect(await thingsOf(tenancy, acme)).toEqual(everything);
    expect(await tenancy.directory.statusOf('acme')).toBe('ACTIVE');
  });

  it('that fails stays where it is, and goes on from there when it is tried again', async () => {
    let failing = true;
    await using tenancy = await aTenancy(({ storage }) => ({
      storage: { ...storage, deleteBucket: async (bucket) => (failing ? Promise.reject(new Error('No.')) : storage.deleteBucket(bucket)) },
    }));
    const acme = await tenancy.active('acme');

    const stuck = await erased(tenancy, acme);
    expect(stuck).toMatchObject({ status: 'FAILED', error: 'No.' });
    expect(stuck.steps.map(({ status }) => status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
      'FAILED',
      'PENDING',
      'PENDING',
      'PENDING',
    ]);
    failing = false;
    const retry = `mutation { retryOperation(input: { id: "${stuck.id}" }) { userErrors { code } } }`;
    expect((await tenancy.ask(platformAdmin, retry)).data.retryOperation.userErrors).toEqual([]);

    expect((await tenancy.foundation.operations.settled(stuck.id)).status).toBe('SUCCEEDED');
    expect(await thingsOf(tenancy, acme)).toEqual(nothing);
  });
});

const everything = { schemas: 1, roles: 1, pluginSchemas: 0, pluginRoles: 0, realm: true, bucket: true };
const nothing = { ...everything, schemas: 0, roles: 0, realm: false, bucket: false };

const thingsOf = async ({ rows, foundation: { identity, storage, settings } }: Tenancy, { slug }: { slug: string }) => {
  const count = async (sql: string, value: string) => (await rows(sql, [value])).length;
  return {
    schemas: await count('select 1 from pg_namespace where nspname = ?', `tenant_${slug}`),
    roles: await count('select 1 from pg_roles where starts_with(rolname, ?)', `${settings.installation}_tenant_${slug}_`),
    pluginSchemas: await count('select 1 from pg_namespace where starts_with(nspname, ?)', `tenant_${slug}__`),
    pluginRoles: await count('select 1 from pg_roles where starts_with(rolname, ?)', `${settings.installation}_plugin_${slug}__`),
    realm: await identity.hasRealm(slug),
    bucket: await storage.hasBucket(tenantBucket(settings, slug)),
  };
};

const eventsOf = async ({ rows }: Tenancy, id: string): Promise<string[]> =>
  (await rows<{ name: string }>("select name from plexica.outbox where tenant_id = ? and kind = 'event' order by position", [id])).map(
    ({ name }) => name,
  );
