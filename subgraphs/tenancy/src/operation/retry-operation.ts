import type { Change, OperationRecord } from '@plexica/foundation';
import { DomainError } from '@plexica/plugin-kit';
import { superAdmin } from '@plexica/schema';
import type { TenancyDeps } from '../deps.ts';

/** Lets an operation that failed go on: undoing what could not be undone, or once more from the start. */
export const retryOperation = async (id: string, change: Change, operations: TenancyDeps['operations']): Promise<OperationRecord> => {
  const useCase = { action: 'operation.retry', scope: 'platform', guard: { role: superAdmin } } as const;
  await change(useCase, id, async (_, { audit }) => {
    const found = await operations.get(id);
    if (!found) throw new DomainError('OPERATION_NOT_FOUND', { path: ['input', 'id'] });
    if (found.status !== 'FAILED' && found.status !== 'COMPENSATED')
      throw new DomainError('OPERATION_NOT_RETRYABLE', { message: `The operation is ${found.status}.`, path: ['input', 'id'] });
    audit({ target: { type: 'operation', id }, before: { status: found.status, error: found.error } });
  });
  return operations.retry(id);
};
