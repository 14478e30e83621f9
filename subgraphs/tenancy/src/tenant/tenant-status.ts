import { registerEnumType } from 'type-graphql';

export const TenantStatus = {
  PROVISIONING: 'PROVISIONING',
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'SUSPENDED',
  PENDING_DELETION: 'PENDING_DELETION',
  DELETED: 'DELETED',
  FAILED: 'FAILED',
} as const;
export type TenantStatus = keyof typeof TenantStatus;

registerEnumType(TenantStatus, {
  name: 'TenantStatus',
  description: 'Where a tenant stands in its life.',
  valuesConfig: {
    PROVISIONING: { description: 'Its schema, realm and bucket are being made; nobody can sign in yet.' },
    ACTIVE: { description: 'Open: its users sign in and work.' },
    SUSPENDED: { description: 'Closed by a platform admin: every request is refused, nothing is lost.' },
    PENDING_DELETION: { description: 'Closed: kept for a grace period in which it can be restored, or being erased already.' },
    DELETED: { description: 'Erased; only this tombstone is left, and the slug is free again.' },
    FAILED: { description: 'Provisioning failed for good and was undone; the slug is free again.' },
  },
});

/** Tenants whose slug is free again. */
export const slugIsFree: readonly TenantStatus[] = ['FAILED', 'DELETED'];
