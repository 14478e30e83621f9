import type { EntityManager } from '@mikro-orm/postgresql';
import { anonymous, type SubgraphCall } from '@plexica/plugin-kit';
import { type EventData, type EventName, type FilterName, type FilterPayload, superAdmin } from '@plexica/schema';
import type { OperationKind } from '../operation/operation.ts';

/** The one way to change state: guard, filter, transaction, audit row, event, in that order. */
export type Change = <Input, Result>(
  useCase: UseCase<Input>,
  input: Input,
  run: (input: Input, work: Work) => Promise<Result>,
) => Promise<Result>;

/** Binds `change` to the caller of one request, or to the platform itself for work without a caller. */
export type ChangeFor = (call: SubgraphCall) => Change;

export interface UseCase<Input> {
  /** Past-free name in the audit log, such as `role.assign`. */
  readonly action: string;
  /** Where the rows are: the caller's tenant (the platform's own realm for platform admins) or the shared schema. */
  readonly scope?: 'tenant' | 'platform';
  /** Another tenant than the caller's; only for work of the platform itself. */
  readonly tenantId?: string;
  readonly guard?: { readonly permission?: string; readonly role?: string };
  readonly filter?: FilterUse<Input>;
}

export interface FilterUse<Input, N extends FilterName = FilterName> {
  readonly name: N;
  readonly payload: (input: Input) => Promise<FilterPayload<N>> | FilterPayload<N>;
  /** Takes what the chain changed back into the input. */
  readonly apply?: (input: Input, payload: FilterPayload<N>) => Input;
}

/** What a use case works with inside its transaction. */
export interface Work {
  readonly em: EntityManager;
  /** Of the tenant that the change is about, unless another is named (work of the platform itself). */
  readonly events: { record<N extends EventName>(name: N, data: EventData<N>, options?: { readonly tenantId?: string }): void };
  readonly operations: {
    /** Commits with the change and starts afterwards; answers its id at once. */
    request<Input>(kind: OperationKind, input: Input, options?: { readonly tenantId?: string }): string;
  };
  /** What the audit row says beside action and actor. */
  readonly audit: (entry: AuditDetail) => void;
}

export interface AuditDetail {
  readonly target?: { readonly type: string; readonly id: string };
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** A call of the platform itself, without a person behind it: it may do everything, and the audit log shows no actor. */
export const systemCall = (tenant: { readonly id: string; readonly slug: string } | null = null, requestId = 'system'): SubgraphCall => ({
  claims: { ...anonymous, tenant, roles: [superAdmin], permissions: ['*'] },
  requestId,
});

/** Runs the chain of filters of a tenant's active plugins; implemented by the plugins subgraph. */
export interface FilterChain {
  run<N extends FilterName>(name: N, payload: FilterPayload<N>, call: SubgraphCall): Promise<FilterPayload<N>>;
}
