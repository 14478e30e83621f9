import type { PersistenceModule } from '@plexica/foundation/database';
import { tenancy0001 } from './migrations/0001-tenant.ts';
import { TenantEntity } from './tenant/tenant.entity.ts';

/** The tenants of the installation, in the shared schema. */
export const tenancyPersistence: PersistenceModule = {
  name: 'tenancy',
  entities: [TenantEntity] as unknown as PersistenceModule['entities'],
  sharedMigrations: [tenancy0001],
  tenantMigrations: [],
};
