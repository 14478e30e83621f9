import { defineOperation, step, systemCall } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { claimedThings } from '../provisioning/claimed-things.ts';
import type { ProvisioningDeps } from '../provisioning/provision-tenant.operation.ts';
import { requirePlugins } from '../provisioning/required-plugins.ts';
import { createTenantLife } from '../provisioning/tenant-life.ts';
import { ClientManifestEntity } from '../registered-operation/client-manifest.entity.ts';
import { lockTenant } from '../tenant/tenant-rows.ts';

export interface EraseTenantInput {
  readonly tenant: TenantKey;
}

const othersAtMostMs = 600_000;

/** Takes away everything a tenant has, and leaves a tombstone. Every step may run twice; none goes back. */
export const eraseTenant = (deps: ProvisioningDeps) => {
  const { database, events, operations } = deps;
  const { realm, bucket } = claimedThings(createTenantLife(deps), deps);
  const plugins = requirePlugins(deps.plugins);

  return defineOperation<EraseTenantInput>('TENANT_DELETE', [
    // What is at work on the tenant would make again what is taken away.
    step('settle', {
      run: async ({ tenant }, { operationId }) => {
        for (const id of await operations.unfinishedOf(tenant.id))
          if (id !== operationId) await operations.settled(id, { timeoutMs: othersAtMostMs });
      },
    }),
    step('realm', { run: ({ tenant }) => realm.undo(tenant) }),
    step('schema', { run: ({ tenant }) => database.dropTenantSchema(tenant) }),
    step('bucket', { run: ({ tenant }) => bucket.undo(tenant) }),
    step('plugins', { run: ({ tenant }) => plugins.remove(tenant.id) }),
    step('events', { run: ({ tenant }) => events.erase(tenant.id) }),
    step('tombstone', {
      run: async ({ tenant }) => {
        await bury(tenant, deps);
        await operations.erase(tenant.id);
      },
    }),
  ]);
};

const bury = async (key: TenantKey, { changeFor, clock, pubsub }: ProvisioningDeps): Promise<void> => {
  const useCase = { action: 'tenant.erase', scope: 'platform', tenantId: key.id } as const;
  await changeFor(systemCall(key, 'tenant.erase'))(useCase, key, async ({ id }, { em, events, audit }) => {
    const tenant = await lockTenant(em, id);
    audit({ target: { type: 'tenant', id } });
    if (tenant.status === 'DELETED') return;
    await em.nativeDelete(ClientManifestEntity, { tenantId: id });
    tenant.bury(clock());
    events.record('tenant.deleted', { tenant: tenant.snapshot });
  });
  pubsub.publish('directory', { kind: 'tenant', slug: key.slug });
};
