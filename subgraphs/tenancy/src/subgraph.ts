import { createSubgraph, type Subgraph } from '@plexica/plugin-kit';
import { createTenancyContext, type TenancyContext } from './context.ts';
import type { TenancyDeps } from './deps.ts';
import { OperationResolver } from './operation/operation.resolver.ts';
import { RegisteredOperationResolver } from './registered-operation/registered-operation.resolver.ts';
import { TenantResolver } from './tenant/tenant.resolver.ts';
import { TenantAdminResolver } from './tenant/tenant-admin.resolver.ts';
import { TenantPlatformResolver } from './tenant/tenant-platform.resolver.ts';

interface Reference {
  readonly id: string;
}

/** The subgraph of tenants and operations: pure assembly, no I/O. */
export const createTenancySubgraph = (deps: TenancyDeps): Subgraph =>
  createSubgraph<TenancyContext>({
    name: 'tenancy',
    resolvers: [TenantResolver, TenantAdminResolver, TenantPlatformResolver, RegisteredOperationResolver, OperationResolver],
    enumTags: { TenantOrderField: 'platform', DeletionMode: 'platform' },
    references: {
      Tenant: ({ id }: Reference, { read }) => read.reference(id),
      Operation: ({ id }: Reference, { operations }) => operations.find(id),
    },
    context: (call) => createTenancyContext(deps, call),
    tracer: deps.tracer,
    report: (error, { requestId }) => deps.log.error({ err: error, requestId }, 'a resolver of tenancy failed'),
  });
