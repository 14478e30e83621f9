import type { PersistenceModule } from '@plexica/foundation/database';
import { tenancy0001 } from './migrations/0001-tenant.ts';
import { tenancy0002 } from './migrations/0002-client-manifest.ts';
import { tenancy0003 } from './migrations/0003-deletion.ts';
import { ClientManifestEntity } from './registered-operation/client-manifest.entity.ts';
import { TenantEntity } from './tenant/tenant.entity.ts';

/** The tenants of the installation, in the shared schema. */
export const tenancyPersistence: PersistenceModule = {
  name: 'tenancy',
  entities: [TenantEntity, ClientManifestEntity] as unknown as PersistenceModule['entities'],
  sharedMigrations: [tenancy0001, tenancy0002, tenancy0003],
  tenantMigrations: [],
};
