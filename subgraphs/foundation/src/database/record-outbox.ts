import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '@plexica/plugin-kit';

export interface OutboxEntry {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: 'event' | 'operation';
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Any way of sending events has a limit; this one is the same for all of them, and met before the change commits. */
export const largestEventBytes = 256 * 1024;

/**
 * Adds to the outbox within the transaction of `em`, at its end: from here to its commit other events of the same tenants wait.
 * Plain SQL: a tenant's role may insert there, and read nothing back.
 */
export const recordOutbox = async (em: EntityManager, entries: readonly OutboxEntry[]): Promise<void> => {
  // Always in the same order of tenants, so that two transactions never wait for each other.
  const ordered = [...entries].sort((one, other) => one.tenantId.localeCompare(other.tenantId));
  for (const { id, tenantId, kind, name, data } of ordered) {
    const json = JSON.stringify(data);
    if (kind === 'event' && Buffer.byteLength(json) > largestEventBytes)
      throw new DomainError('PAYLOAD_TOO_LARGE', { message: `The event ${name} is larger than ${largestEventBytes / 1024} KB.` });
    await em
      .getConnection()
      .execute(
        'insert into plexica.outbox (event_id, tenant_id, kind, name, data) values (?, ?, ?, ?, ?)',
        [id, tenantId, kind, name, json],
        'run',
        em.getTransactionContext(),
      );
  }
};
