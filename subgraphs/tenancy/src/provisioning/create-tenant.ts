import type { Change, OperationRecord } from '@plexica/foundation';
import { superAdmin } from '@plexica/schema';
import type { TenancyDeps } from '../deps.ts';
import { asSlugTaken, slugTaken } from '../tenant/slug-taken.ts';
import { type Tenant, TenantEntity } from '../tenant/tenant.entity.ts';
import { adminDisplayNameOf, adminEmailOf, nameOf, pluginIdsOf, slugOf } from '../tenant/tenant-input.ts';
import { findBySlug } from '../tenant/tenant-rows.ts';
import { hashOfInvitation, invitationUrl, newInvitationToken } from './invitation-token.ts';
import type { ProvisionTenantInput } from './provision-tenant.operation.ts';

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly adminEmail: string;
  readonly adminDisplayName?: string | null;
  readonly plugins?: readonly string[] | null;
}

/** A tenant that was accepted: it will be ACTIVE, or FAILED with everything undone. */
export interface AcceptedTenant {
  readonly tenant: Tenant;
  readonly operation: OperationRecord;
  /** Known here alone; only its hash is kept. */
  readonly invitationUrl: string;
}

type CreateDeps = Pick<TenancyDeps, 'clock' | 'newId' | 'settings' | 'operations'>;

/** Takes the slug and asks for the provisioning, both or neither. Fails with TENANT_SLUG_INVALID, TENANT_SLUG_TAKEN or BAD_USER_INPUT. */
export const createTenant = async (raw: NewTenant, change: Change, deps: CreateDeps): Promise<AcceptedTenant> => {
  const token = newInvitationToken(raw.slug);
  const draft = draftOf(raw, deps.newId(), hashOfInvitation(token));
  const { slug, id } = draft.work.tenant;
  const useCase = { action: 'tenant.create', scope: 'platform', tenantId: id, guard: { role: superAdmin } } as const;

  const tenant = await change(useCase, draft, async ({ name, work }, { em, operations, audit }) => {
    if (await findBySlug(em, slug)) throw slugTaken(slug);
    const now = deps.clock();
    const added = em.create(TenantEntity, {
      ...{ id, slug, name, adminEmail: work.admin.email, status: 'PROVISIONING', version: 1 },
      ...{ settings: {}, branding: {}, owned: [], createdAt: now, updatedAt: now },
    });
    await em.flush().catch(asSlugTaken(slug));
    added.provisioningId = operations.request('TENANT_PROVISION', work, { tenantId: id });
    audit({ target: { type: 'tenant', id }, after: { ...added.state, slug } });
    return added;
  });
  return { tenant, operation: await operationOf(tenant, deps), invitationUrl: invitationUrl(deps.settings.url, token) };
};

const draftOf = (raw: NewTenant, id: string, tokenHash: string) => {
  const slug = slugOf(raw.slug);
  const name = nameOf(raw.name);
  const email = adminEmailOf(raw.adminEmail);
  const admin = { email, displayName: adminDisplayNameOf(raw.adminDisplayName, email), tokenHash };
  const work: ProvisionTenantInput = { tenant: { id, slug }, admin, plugins: pluginIdsOf(raw.plugins) };
  return { name, work };
};

// The request is committed; where the queue is away for now, its first state is known all the same.
const operationOf = async ({ id, provisioningId }: Tenant, { operations }: CreateDeps): Promise<OperationRecord> => {
  const operationId = provisioningId ?? '';
  const waiting = { id: operationId, tenantId: id, kind: 'TENANT_PROVISION', status: 'PENDING', steps: [] } as const;
  return (await operations.get(operationId)) ?? { ...waiting, error: null, startedAt: null, finishedAt: null };
};
