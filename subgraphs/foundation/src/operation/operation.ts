/** Long work as a durable saga: idempotent steps, each with its compensation, resumed after a kill. */
export interface OperationDefinition<Input> {
  readonly kind: OperationKind;
  readonly steps: readonly OperationStep<Input>[];
  /** Whoever accepts it waits for it and runs it by `finish`: it is queued only where they could not. */
  readonly awaited?: boolean;
  /** Once, after the last step; for example to announce. Idempotent. */
  readonly completed?: (input: Input, context: OperationContext) => Promise<void>;
  /** Once, after everything was compensated. Idempotent. */
  readonly compensated?: (input: Input, error: Error, context: OperationContext) => Promise<void>;
}

export interface OperationStep<Input> {
  readonly name: string;
  /** May run twice: a kill between its work and the note of it runs it again. */
  readonly run: (input: Input, context: OperationContext) => Promise<void>;
  readonly undo?: (input: Input, context: OperationContext) => Promise<void>;
}

export interface OperationContext {
  readonly operationId: string;
  readonly tenantId: string;
}

export type OperationKind =
  | 'TENANT_PROVISION'
  | 'TENANT_SUSPEND'
  | 'TENANT_REACTIVATE'
  | 'TENANT_DELETE'
  | 'TENANT_RESTORE'
  | 'TENANT_EXPORT'
  | 'PLUGIN_INSTALL'
  | 'PLUGIN_ACTIVATE'
  | 'PLUGIN_DEACTIVATE'
  | 'PLUGIN_UPGRADE'
  | 'PLUGIN_UNINSTALL';

/** What they undo is gone: one that fails stays where it is, and goes on from there when it is tried again. */
export const onlyForward: ReadonlySet<OperationKind> = new Set(['TENANT_DELETE']);

export type OperationStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'COMPENSATING' | 'COMPENSATED' | 'FAILED';

export const step = <Input>(name: string, work: Omit<OperationStep<Input>, 'name'>): OperationStep<Input> => ({ name, ...work });

export const defineOperation = <Input>(
  kind: OperationKind,
  steps: readonly OperationStep<Input>[],
  ends: Omit<OperationDefinition<Input>, 'kind' | 'steps'> = {},
): OperationDefinition<Input> => ({ kind, steps, ...ends });

export interface Operations {
  /** Before `work`: what this process knows how to do. */
  register<Input>(definition: OperationDefinition<Input>): void;
  get(id: string): Promise<OperationRecord | undefined>;
  /** Resolves when the operation has ended, however; for tests and for mutations that answer after the switch. */
  settled(id: string, options?: Patience): Promise<OperationRecord>;
  /** The same; works on it here and now where nobody else does. */
  finish(id: string, options?: Patience): Promise<OperationRecord>;
  retry(id: string): Promise<OperationRecord>;
  /** Those of the tenant that have not ended. */
  unfinishedOf(tenantId: string): Promise<readonly string[]>;
  /** Forgets what was asked for a tenant and how it went, but for what is under way. */
  erase(tenantId: string): Promise<void>;
  /** Starts the workers; resumes what a kill interrupted. */
  work(): Promise<void>;
  stop(): Promise<void>;
}

export interface Patience {
  /** A minute unless told; rejects after it, and the operation goes on. */
  readonly timeoutMs?: number;
}

export interface OperationRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly steps: readonly OperationStepRecord[];
  readonly error: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface OperationStepRecord {
  readonly name: string;
  readonly status: OperationStatus;
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly error: string | null;
}
