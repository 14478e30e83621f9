import { createHash } from 'node:crypto';
import type { UploadStore } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import type { TenancyDeps } from '../deps.ts';
import { tenantBucket } from '../provisioning/tenant-bucket.ts';
import type { Branding } from './branding.ts';

/** What a tenant's admins can upload, and the field of its branding that then names it. */
export const BrandingAsset = { LOGO: 'LOGO' } as const;
export type BrandingAsset = keyof typeof BrandingAsset;
export const brandingField = { LOGO: 'logoUrl' } as const satisfies Record<BrandingAsset, keyof Branding>;

const pictureBytes = 1_000_000;
// Those that every browser shows and none runs: a picture in SVG may hold a script.
const pictureTypes: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
};
const folder = 'branding/';

/** Where a picture lies in the tenant's bucket; undefined for a name that none has. */
export const brandingKey = (file: string): string | undefined => (/^[0-9a-f]{32}\.[a-z]{3,4}$/.test(file) ? `${folder}${file}` : undefined);

/** The pictures of a tenant, in its own bucket and gone with it; each named by what is in it, so that one never changes. */
export const createBrandingAssets = ({
  storage,
  settings,
  uploads,
}: Pick<TenancyDeps, 'storage' | 'settings'> & { readonly uploads: UploadStore }) => ({
  /** Takes an upload over; answers the path at which this platform shows it. UPLOAD_NOT_FOUND, IMAGE_INVALID. */
  async keep({ slug }: TenantKey, { uploadId, owner }: { readonly uploadId: string; readonly owner: string }): Promise<string> {
    const { bytes } = await uploads.take(uploadId, owner, 'uploadId');
    const { mime, extension } = await pictureTypeOf(bytes);
    const file = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${extension}`;
    await storage.put(tenantBucket(settings, slug), `${folder}${file}`, bytes, { contentType: mime });
    return `/branding/${slug}/${file}`;
  },
  /** Removes the pictures that the branding does not name. */
  async sweep({ slug, branding }: { readonly slug: string; readonly branding: Branding }): Promise<void> {
    const bucket = tenantBucket(settings, slug);
    const named = Object.values(branding).map((value) => `${folder}${String(value).split('/').at(-1)}`);
    for (const key of await storage.list(bucket, folder)) if (!named.includes(key)) await storage.delete(bucket, key);
  },
});

/** Told by the bytes themselves: what a browser said about a file is anybody's word. */
const pictureTypeOf = async (bytes: Uint8Array): Promise<{ readonly mime: string; readonly extension: string }> => {
  const { fileTypeFromBuffer } = await import('file-type');
  const mime = bytes.length <= pictureBytes ? (await fileTypeFromBuffer(bytes))?.mime : undefined;
  const extension = mime && pictureTypes[mime];
  if (!extension) throw new DomainError('IMAGE_INVALID', { path: ['input', 'uploadId'] });
  return { mime, extension };
};
