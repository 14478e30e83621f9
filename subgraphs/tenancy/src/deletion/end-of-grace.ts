import { systemCall } from '@plexica/foundation';
import type { TenancyDeps } from '../deps.ts';
import { TenantEntity } from '../tenant/tenant.entity.ts';
import { lockTenant } from '../tenant/tenant-rows.ts';
import { requestErasing } from './delete-tenant.ts';

type GraceDeps = Pick<TenancyDeps, 'database' | 'changeFor' | 'clock' | 'log'>;

const everyMs = 600_000;

/** Asks for the end of each tenant whose grace period is over. */
export const eraseOverdue = async ({ database, changeFor, clock }: Omit<GraceDeps, 'log'>): Promise<void> => {
  const overdue = { status: 'PENDING_DELETION', deletionId: null, deletesAt: { $lte: clock() } } as const;
  for (const { id, slug } of await database.platform((em) => em.find(TenantEntity, overdue))) {
    const useCase = { action: 'tenant.end-grace', scope: 'platform', tenantId: id } as const;
    await changeFor(systemCall({ id, slug }, 'tenant.end-grace'))(useCase, id, async (_, work) => {
      const tenant = await lockTenant(work.em, id);
      work.audit({ target: { type: 'tenant', id } });
      // Restored, or found by another process, since it was read.
      const due = tenant.status === 'PENDING_DELETION' && !tenant.deletionId && tenant.deletesAt && tenant.deletesAt <= clock();
      if (due) tenant.beginErasing(requestErasing(tenant, work), clock());
    });
  }
};

/** Looks every ten minutes; answers how to stop. */
export const watchGrace = (deps: GraceDeps): (() => Promise<void>) => {
  const look = () => void eraseOverdue(deps).catch((error) => deps.log.warn({ error }, 'tenants whose grace is over wait'));
  const looking = setInterval(look, everyMs).unref();
  look();
  return async () => clearInterval(looking);
};
