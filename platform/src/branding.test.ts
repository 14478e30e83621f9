import { describe, expect, it } from 'vitest';
import { startTestPlatform } from './testing/test-platform.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const upload =
  'mutation ($input: UploadBrandingAssetInput!) { uploadBrandingAsset(input: $input) { tenant { version } userErrors { code } } }';

describe('a logo', () => {
  it('goes from an admin’s file, through the storage’s own form, to the sign-in page of that tenant alone', async () => {
    await using platform = await startTestPlatform();
    const { acme } = platform.tenants;
    const headers = { authorization: `Bearer ${acme.admin.token()}`, 'x-tenant-slug': 'acme', 'content-type': 'application/json' };
    const announce = (body: object) => fetch(`${platform.url}/uploads`, { method: 'POST', headers, body: JSON.stringify(body) });

    const reserved = (await (await announce({ contentType: 'image/png', bytes: png.length })).json()) as {
      id: string;
      url: string;
      fields: Record<string, string>;
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(reserved.fields)) form.append(name, value);
    form.append('file', new Blob([png]), 'logo.png');
    expect((await fetch(reserved.url, { method: 'POST', body: form })).ok).toBe(true);
    const { data } = await acme.admin.query<{ tenant: { version: number } }>('{ tenant { version } }');
    const input = { uploadId: reserved.id, version: data?.tenant.version };
    expect(await acme.user.query(upload, { input })).toFailWith('FORBIDDEN');
    expect((await acme.admin.query(upload, { input })).data).toMatchObject({ uploadBrandingAsset: { userErrors: [] } });

    const signIn = (slug: string) =>
      platform.anonymous.query<{ tenantSignIn: { branding: { logoUrl: string | null } } }>(
        `{ tenantSignIn(slug: "${slug}") { branding { logoUrl } } }`,
      );
    const logoUrl = (await signIn('acme')).data?.tenantSignIn.branding.logoUrl ?? '';
    const shown = await fetch(`${platform.url}${logoUrl}`);
    expect(Buffer.from(await shown.arrayBuffer()).equals(png)).toBe(true);
    expect(shown.headers.get('content-type')).toBe('image/png');
    expect((await signIn('globex')).data?.tenantSignIn.branding.logoUrl).toBeNull();
    expect((await announce({ contentType: 'image/png', bytes: 20_000_001 })).status).toBe(400);
    expect((await announce({ contentType: 'a\nb', bytes: 10 })).status).toBe(400);
  });
});
