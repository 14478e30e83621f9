import type { OperationRecord } from '@plexica/foundation';
import type { SubgraphCall } from '@plexica/plugin-kit';
import type { TenancyDeps } from './deps.ts';
import { createOperationReader, type OperationReader } from './operation/operation.reader.ts';
import { operationProgress } from './operation/operation-progress.ts';
import { createRegisteredOperations } from './registered-operation/registered-operation.service.ts';
import { createTenantReader, type TenantReader } from './tenant/tenant.reader.ts';
import { createTenantService, type TenantService } from './tenant/tenant.service.ts';
import { findTenantSignIn, type TenantSignIn } from './tenant/tenant-sign-in.ts';

/** What the resolvers of one request work with. */
export interface TenancyContext {
  readonly tenants: TenantService;
  readonly read: TenantReader;
  readonly operations: OperationReader;
  readonly registeredOperations: ReturnType<typeof createRegisteredOperations>;
  follow(operationId: string): Promise<AsyncIterable<OperationRecord>>;
  signInOf(slug: string): Promise<TenantSignIn | null>;
}

export const createTenancyContext = (deps: TenancyDeps, call: SubgraphCall): TenancyContext => {
  const operations = createOperationReader(deps, call.claims);
  return {
    tenants: createTenantService(deps, call),
    read: createTenantReader(deps, call.claims),
    operations,
    registeredOperations: createRegisteredOperations(deps, call),
    follow: (id) => operationProgress(id, { pubsub: deps.pubsub, reader: operations }),
    signInOf: (slug) => findTenantSignIn(slug, deps),
  };
};
