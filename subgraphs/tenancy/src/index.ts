export type { TenancyDeps } from './deps.ts';
export { tenancyPersistence } from './persistence.ts';
export type { AcceptedTenant, NewTenant } from './provisioning/create-tenant.ts';
export type { FirstPlugins, Onboarding } from './provisioning/onboarding.ts';
export { type ProvisioningDeps, registerTenancyOperations } from './provisioning/provision-tenant.operation.ts';
export { tenantBucket } from './provisioning/tenant-bucket.ts';
export { createTenancySubgraph } from './subgraph.ts';
export { createTenantService, type TenantService } from './tenant/tenant.service.ts';
export { createTenantDirectory, type TenantDirectory, type TenantSummary } from './tenant/tenant-directory.ts';
