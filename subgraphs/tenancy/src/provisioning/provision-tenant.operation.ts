import { defineOperation, step } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { eraseTenant } from '../deletion/erase-tenant.operation.ts';
import type { TenancyDeps } from '../deps.ts';
import { claimedThings } from './claimed-things.ts';
import type { FirstPlugins, Onboarding } from './onboarding.ts';
import { requirePlugins } from './required-plugins.ts';
import { createTenantLife } from './tenant-life.ts';

export interface ProvisioningDeps
  extends Pick<TenancyDeps, 'database' | 'identity' | 'storage' | 'changeFor' | 'clock' | 'pubsub' | 'settings' | 'operations' | 'events'> {
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
  const { database, onboarding } = deps;
  const life = createTenantLife(deps);
  const plugins = requirePlugins(deps.plugins);

  const { realm, bucket } = claimedThings(life, deps);

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

/** Teaches this process to make tenants and to erase them; before `operations.work`. */
export const registerTenancyOperations = (deps: ProvisioningDeps): void => {
  deps.operations.register(provisionTenant(deps));
  deps.operations.register(eraseTenant(deps));
};
