import type { Change, OperationRecord } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { TenancyDeps } from '../deps.ts';
import type { Tenant } from '../tenant/tenant.entity.ts';
import { lockTenant } from '../tenant/tenant-rows.ts';
import type { DeletionMode } from './deletion-mode.ts';
import type { EraseTenantInput } from './erase-tenant.operation.ts';

export interface Deletion {
  readonly id: string;
  readonly confirmSlug: string;
  readonly mode: DeletionMode;
  readonly version: number;
}

export interface DeletedTenant {
  readonly tenant: Tenant;
  /** Null where nothing is left to do now. */
  readonly operation: OperationRecord | null;
}

type DeleteDeps = Pick<TenancyDeps, 'clock' | 'operations' | 'settings'>;

const dayMs = 86_400_000;

/** Closes a tenant, and asks for its end where it is meant for good. Fails with VERSION_CONFLICT, BAD_USER_INPUT or TENANT_STATUS_INVALID. */
export const deleteTenant = async (
  deletion: Deletion,
  change: Change,
  { clock, operations, settings }: DeleteDeps,
): Promise<DeletedTenant> => {
  const useCase = { action: 'tenant.delete', scope: 'platform', tenantId: deletion.id, guard: { role: superAdmin } } as const;
  const tenant = await change(useCase, deletion, async ({ id, confirmSlug, mode, version }, work) => {
    const target = await lockTenant(work.em, id);
    target.expect(version);
    mustConfirm(target, confirmSlug);
    const [before, now] = [target.state, clock()];
    if (target.status === 'ACTIVE') work.events.record('tenant.suspended', { tenant: target.snapshot, reason: 'It will be deleted.' });
    if (mode === 'SOFT') target.close(new Date(now.getTime() + settings.deletionGraceDays * dayMs), now);
    else target.beginErasing(requestErasing(target, work), now);
    work.audit({ target: { type: 'tenant', id }, before, after: { ...target.state, mode } });
    return target;
  });
  return { tenant, operation: tenant.deletionId ? await operationOf(tenant, tenant.deletionId, operations) : null };
};

export const requestErasing = ({ id, slug }: Tenant, { operations }: Pick<Parameters<Parameters<Change>[2]>[1], 'operations'>): string => {
  const input: EraseTenantInput = { tenant: { id, slug } };
  return operations.request('TENANT_DELETE', input, { tenantId: id });
};

const mustConfirm = ({ slug }: Tenant, confirmSlug: string): void => {
  if (confirmSlug !== slug)
    throw new DomainError('BAD_USER_INPUT', { message: `Repeat the slug ${slug} to confirm.`, path: ['input', 'confirmSlug'] });
};

// The request is committed; where the queue is away for now, its first state is known all the same.
const operationOf = async ({ id: tenantId }: Tenant, id: string, operations: DeleteDeps['operations']): Promise<OperationRecord> => {
  const waiting = { id, tenantId, kind: 'TENANT_DELETE', status: 'PENDING', steps: [] } as const;
  return (await operations.get(id)) ?? { ...waiting, error: null, startedAt: null, finishedAt: null };
};
