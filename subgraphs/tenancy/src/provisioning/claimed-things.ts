import type { TenancyDeps } from '../deps.ts';
import { claimed } from './claimed.ts';
import { tenantBucket } from './tenant-bucket.ts';
import type { TenantLife } from './tenant-life.ts';

/** What a tenant has outside our database, made and removed as its own. */
export const claimedThings = (
  life: TenantLife,
  { identity, storage, settings }: Pick<TenancyDeps, 'identity' | 'storage' | 'settings'>,
) => ({
  realm: claimed(life, 'realm', ({ id, slug }) => ({
    exists: () => identity.hasRealm(slug),
    make: async () => identity.createRealm(slug, await life.nameOf({ id, slug })),
    remove: () => identity.deleteRealm(slug),
    taken: { code: 'REALM_EXISTS', message: `The realm ${slug} exists and is not of this tenant.` },
  })),
  bucket: claimed(life, 'bucket', ({ slug }) => {
    const name = tenantBucket(settings, slug);
    return {
      exists: () => storage.hasBucket(name),
      make: () => storage.createBucket(name),
      remove: () => storage.deleteBucket(name),
      taken: { code: 'BUCKET_EXISTS', message: `The bucket ${name} exists and is not of this tenant.` },
    };
  }),
});
