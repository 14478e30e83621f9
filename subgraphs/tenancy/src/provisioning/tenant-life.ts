import type { UseCase, Work } from '@plexica/foundation';
import { systemCall } from '@plexica/foundation';
import type { TenantKey } from '@plexica/foundation/database';
import { DomainError } from '@plexica/plugin-kit';
import type { TenancyDeps } from '../deps.ts';
import { asSlugTaken } from '../tenant/slug-taken.ts';
import type { Owned, Tenant } from '../tenant/tenant.entity.ts';
import { lockTenant } from '../tenant/tenant-rows.ts';

/** What provisioning does to the tenant itself, each safe to repeat. */
export interface TenantLife {
  /** Takes the slug back when a failed provisioning is tried again. */
  reclaim(tenant: TenantKey): Promise<void>;
  activate(tenant: TenantKey): Promise<void>;
  /** Nothing is left of it; its slug is free. */
  fail(tenant: TenantKey, reason: string): Promise<void>;
  nameOf(tenant: TenantKey): Promise<string>;
  owns(tenant: TenantKey, thing: Owned): Promise<boolean>;
  own(tenant: TenantKey, thing: Owned): Promise<void>;
  disown(tenant: TenantKey, thing: Owned): Promise<void>;
}

export const createTenantLife = ({
  changeFor,
  clock,
  database,
  pubsub,
}: Pick<TenancyDeps, 'changeFor' | 'clock' | 'database' | 'pubsub'>): TenantLife => {
  const change = async (key: TenantKey, action: string, run: (tenant: Tenant, work: Work) => Promise<void>) => {
    const useCase: UseCase<TenantKey> = { action, scope: 'platform', tenantId: key.id };
    await changeFor(systemCall(key, action))(useCase, key, async ({ id }, work) => {
      const tenant = await lockTenant(work.em, id);
      const before = tenant.state;
      await run(tenant, work);
      work.audit({ target: { type: 'tenant', id }, before, after: tenant.state });
    });
    pubsub.publish('directory', { kind: 'tenant', slug: key.slug });
  };
  // Which realm and bucket are ours is bookkeeping of the steps, no use case of anybody's.
  const withTenant = <T>({ id }: TenantKey, work: (tenant: Tenant) => T) => database.platform(async (em) => work(await lockTenant(em, id)));

  return {
    async reclaim(key) {
      const { status, deletionId } = await withTenant(key, (tenant) => tenant);
      if (status !== 'FAILED') return;
      if (deletionId) throw new DomainError('TENANT_STATUS_INVALID', { message: 'The tenant is being erased.' });
      await change(key, 'tenant.reclaim', async (tenant, { em }) => {
        tenant.moveTo('PROVISIONING', clock(), ['FAILED', 'PROVISIONING']);
        await em.flush().catch(asSlugTaken(key.slug));
      });
    },
    activate: (key) =>
      change(key, 'tenant.activate', async (tenant, { events }) => {
        if (tenant.status === 'FAILED') throw new DomainError('TENANT_STATUS_INVALID');
        // Done before a kill, and perhaps suspended since.
        if (tenant.status !== 'PROVISIONING') return;
        tenant.moveTo('ACTIVE', clock(), ['PROVISIONING']);
        events.record('tenant.created', { tenant: tenant.snapshot });
      }),
    fail: (key, reason) =>
      change(key, 'tenant.fail', async (tenant, { audit }) => {
        if (tenant.status === 'PROVISIONING') tenant.moveTo('FAILED', clock(), ['PROVISIONING']);
        audit({ after: { ...tenant.state, reason } });
      }),
    nameOf: (key) => withTenant(key, ({ name }) => name),
    owns: (key, thing) => withTenant(key, ({ owned }) => owned.includes(thing)),
    own: (key, thing) =>
      withTenant(key, (tenant) => {
        if (!tenant.owned.includes(thing)) tenant.owned = [...tenant.owned, thing];
      }),
    disown: (key, thing) =>
      withTenant(key, (tenant) => {
        tenant.owned = tenant.owned.filter((owned) => owned !== thing);
      }),
  };
};
