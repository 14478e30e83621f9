import { defineOperation, step } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import type { TenancyDeps } from '../deps.ts';
import { claimed } from './claimed.ts';
import type { FirstPlugins, Onboarding } from './onboarding.ts';
import { requirePlugins } from './required-plugins.ts';
import { tenantBucket } from './tenant-bucket.ts';
import { createTenantLife } from './tenant-life.ts';

export interface ProvisioningDeps
  extends Pick<TenancyDeps, 'database' | 'identity' | 'storage' | 'changeFor' | 'clock' | 'pubsub' | 'settings' | 'operations'> {
  readonly onboarding: Onboarding;
  readonly plugins?: FirstPlugins;
}

/** What provisioning knows of its tenant; the invitation token only by its hash. */
export interface ProvisionTenantInput {
  readonly tenant: TenantKey;
  readonly admin: { readonly email: string; readonly displayName: string; readonly tokenHash: string };
  readonly plugins: readonly string[];
}

/** Everything a new tenant needs, then its opening. Every step may run twice; what fails for good is undone from the end. */
export const provisionTenant = (deps: ProvisioningDeps) => {
  const { database, identity, storage, onboarding, settings } = deps;
  const life = createTenantLife(deps);
  const plugins = requirePlugins(deps.plugins);

  const realm = claimed(life, 'realm', ({ slug }) => ({
    exists: () => identity.hasRealm(slug),
    make: () => identity.createRealm(slug),
    remove: () => identity.deleteRealm(slug),
    taken: { code: 'REALM_EXISTS', message: `The realm ${slug} exists and is not of this tenant.` },
  }));
  const bucket = claimed(life, 'bucket', ({ slug }) => {
    const name = tenantBucket(settings, slug);
    return {
      exists: () => storage.hasBucket(name),
      make: () => storage.createBucket(name),
      remove: () => storage.deleteBucket(name),
      taken: { code: 'BUCKET_EXISTS', message: `The bucket ${name} exists and is not of this tenant.` },
    };
  });

  return defineOperation<ProvisionTenantInput>(
    'TENANT_PROVISION',
    [
      step('schema', {
        run: async ({ tenant }) => {
          await life.reclaim(tenant);
          await database.createTenantSchema(tenant);
        },
        undo: ({ tenant }) => database.dropTenantSchema(tenant),
      }),
      step('realm', { run: ({ tenant }) => realm.run(tenant), undo: ({ tenant }) => realm.undo(tenant) }),
      step('bucket', { run: ({ tenant }) => bucket.run(tenant), undo: ({ tenant }) => bucket.undo(tenant) }),
      step('roles', { run: ({ tenant }) => onboarding.createBuiltInRoles(tenant) }),
      step('admin', { run: ({ tenant, admin }) => onboarding.inviteFirstAdmin(tenant, admin) }),
      step('activate', {
        run: async ({ tenant, plugins: wanted }) => {
          await plugins.install(tenant.id, wanted);
          await life.activate(tenant);
        },
        undo: ({ tenant }) => plugins.remove(tenant.id),
      }),
    ],
    { compensated: ({ tenant }, error) => life.fail(tenant, error.message) },
  );
};

/** Teaches this process to provision tenants; before `operations.work`. */
export const registerTenancyOperations = (deps: ProvisioningDeps): void => deps.operations.register(provisionTenant(deps));
