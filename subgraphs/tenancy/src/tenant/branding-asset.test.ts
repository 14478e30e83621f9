import { createUploadStore } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { aTenancy, claimsIn, platformAdmin } from '../../test/a-tenancy.ts';
import { tenantBucket } from '../provisioning/tenant-bucket.ts';
import { registerBrandingFiles } from './branding-routes.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const aBrandedTenant = async () => {
  const tenancy = await aTenancy();
  const acme = await tenancy.active('acme');
  const admin = claimsIn(acme);
  const { foundation } = tenancy;
  const bucket = tenantBucket(foundation.settings, 'acme');
  const uploads = createUploadStore(foundation);
  const version = async () => (await tenancy.ask(admin, '{ tenant { version } }')).data.tenant.version;
  const put = (bytes: Uint8Array, owner = admin.user?.id ?? '') => uploads.put({ bytes, contentType: 'image/png' }, owner);
  const use = async (uploadId: string, at?: number) => {
    const document = `mutation ($input: UploadBrandingAssetInput!) { uploadBrandingAsset(input: $input) {
      tenant { version branding { logoUrl } } userErrors { code path } } }`;
    const input = { uploadId, version: at ?? (await version()) };
    const { data, codes } = await tenancy.ask(admin, document, { input });
    return codes ?? data.uploadBrandingAsset;
  };
  const close = async (closing: string) => {
    const more = closing === 'suspendTenant' ? { reason: 'unpaid' } : { confirmSlug: 'acme', mode: 'SOFT', version: await version() };
    const document = `mutation ($input: ${closing[0]?.toUpperCase()}${closing.slice(1)}Input!) { ${closing}(input: $input) { userErrors { code } } }`;
    const { data } = await tenancy.ask(platformAdmin, document, { input: { id: acme.id, ...more } });
    expect(data[closing].userErrors).toEqual([]);
  };
  const server = Fastify();
  await registerBrandingFiles(server, foundation);
  return {
    ...{ tenancy, put, use, version, server, close },
    pictures: () => foundation.storage.list(bucket, 'branding/'),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await tenancy[Symbol.asyncDispose]();
    },
  };
};

describe('uploading a logo', () => {
  it('makes it the logo of the tenant, shown to everybody as what its bytes are', async () => {
    await using acme = await aBrandedTenant();

    const { tenant, userErrors } = await acme.use(await acme.put(gif));

    expect(userErrors).toEqual([]);
    expect(tenant.branding.logoUrl).toMatch(/^\/branding\/acme\/[0-9a-f]{32}\.gif$/);
    const shown = await acme.server.inject({ url: tenant.branding.logoUrl });
    expect(shown.rawPayload.equals(gif)).toBe(true);
    expect(shown.headers).toMatchObject({ 'content-type': 'image/gif', 'cache-control': 'public, max-age=31536000, immutable' });
    const { data } = await acme.tenancy.ask(
      claimsIn({ id: '', slug: 'acme' }, []),
      '{ tenantSignIn(slug: "acme") { branding { logoUrl } } }',
    );
    expect(data.tenantSignIn.branding).toEqual(tenant.branding);
  });

  it('removes the one it replaces', async () => {
    await using acme = await aBrandedTenant();
    const before = await acme.use(await acme.put(gif));

    const after = await acme.use(await acme.put(png));

    expect(await acme.pictures()).toHaveLength(1);
    expect((await acme.server.inject({ url: before.tenant.branding.logoUrl })).statusCode).toBe(404);
    expect((await acme.server.inject({ url: after.tenant.branding.logoUrl })).statusCode).toBe(200);
  });

  it('refuses what is no picture, one that can hold a script, and one that is too large', async () => {
    await using acme = await aBrandedTenant();
    const files = [
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      Buffer.alloc(0),
      Buffer.concat([png, Buffer.alloc(1_000_001)]),
    ];

    for (const file of files) expect((await acme.use(await acme.put(file))).userErrors).toEqual([invalid]);

    expect(await acme.pictures()).toEqual([]);
  });

  it('refuses what another person uploaded', async () => {
    await using acme = await aBrandedTenant();
    expect((await acme.use(await acme.put(png, 'somebody else'))).userErrors).toMatchObject([{ code: 'UPLOAD_NOT_FOUND' }]);
  });

  it('with a stale version changes nothing, and leaves the upload for another try', async () => {
    await using acme = await aBrandedTenant();
    const upload = await acme.put(png);

    expect((await acme.use(upload, (await acme.version()) - 1)).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);

    expect((await acme.use(upload)).userErrors).toEqual([]);
  });

  it('that a plugin vetoes leaves nothing behind', async () => {
    await using acme = await aBrandedTenant();
    acme.tenancy.useFilters({
      run: async () => {
        throw new DomainError('HOOK_VETOED');
      },
    });

    expect((await acme.use(await acme.put(png))).userErrors).toMatchObject([{ code: 'HOOK_VETOED' }]);

    expect(await acme.pictures()).toEqual([]);
  });
});

describe('asking for a picture', () => {
  it('finds nothing elsewhere in the storage', async () => {
    await using acme = await aBrandedTenant();
    const urls = [
      '/branding/acme/..%2f..%2fuploads',
      '/branding/..%2f/x.png',
      '/branding/acme/0123.png',
      `/branding/globex/${'0'.repeat(32)}.png`,
    ];
    for (const url of urls) expect((await acme.server.inject({ url })).statusCode).toBe(404);
  });

  it.each(['suspendTenant', 'deleteTenant'])('finds nothing of a tenant that is closed by %s, as if it had never been', async (closing) => {
    await using acme = await aBrandedTenant();
    const { tenant } = await acme.use(await acme.put(gif));
    const shown = async () => (await acme.server.inject({ url: tenant.branding.logoUrl })).statusCode;
    expect(await shown()).toBe(200);

    await acme.close(closing);

    expect(await shown()).toBe(404);
  });

  it('says when to come back while the storage is away', async () => {
    await using acme = await aBrandedTenant();
    const { foundation } = acme.tenancy;
    const away = async () => {
      throw new DomainError('SERVICE_UNAVAILABLE');
    };
    const server = Fastify();
    await registerBrandingFiles(server, { ...foundation, storage: { ...foundation.storage, get: away } });

    const answer = await server.inject({ url: `/branding/acme/${'0'.repeat(32)}.png` });

    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json().errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
  });
});

const invalid = { code: 'IMAGE_INVALID', path: ['input', 'uploadId'] };
