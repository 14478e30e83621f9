import type { EntityManager } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/postgresql';
import { isDomainError } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { OperationUsageEntity, type OperationUsageRow } from './operation-usage.entity.ts';

/** As gateways report it. */
export interface ReportedUsage extends Pick<OperationUsageRow, 'hash' | 'kind' | 'text' | 'supergraph' | 'calls'> {
  readonly tenantId: string;
  readonly name: string | null;
  readonly elements: readonly string[];
}

/** For how long an operation counts as used. */
const keptDays = 30;
/** Of one tenant, the newest. */
const keptAtMost = 2_000;

/** Which operations each tenant used in the last 30 days, kept in its own schema. */
export const createOperationUsages = ({ database, clock, log }: Pick<PluginsDeps, 'database' | 'clock' | 'log'>) => {
  const since = () => new Date(clock().getTime() - keptDays * 86_400_000);

  const put = async (em: EntityManager, usages: readonly ReportedUsage[]): Promise<void> => {
    const now = clock();
    // In one order everywhere, so that two gateways' reports never wait for each other.
    const hashes = [...new Set(usages.map(({ hash }) => hash))].sort();
    const fresh = hashes.flatMap((hash) => usages.find((usage) => usage.hash === hash) ?? []);
    await em.upsertMany(
      OperationUsageEntity,
      fresh.map(({ tenantId: _, elements, ...usage }) => ({
        ...usage,
        elements: [...elements],
        calls: 0,
        firstUsedAt: now,
        lastUsedAt: now,
      })),
      { onConflictFields: ['hash'], onConflictAction: 'ignore' },
    );
    em.clear();
    const orderBy = { hash: 'asc' } as const;
    const rows = await em.find(OperationUsageEntity, { hash: { $in: hashes } }, { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy });
    for (const row of rows) {
      for (const usage of usages.filter(({ hash }) => hash === row.hash)) {
        row.calls += usage.calls;
        row.supergraph = usage.supergraph;
      }
      row.lastUsedAt = now;
    }
  };

  const forget = async (em: EntityManager): Promise<void> => {
    await em.nativeDelete(OperationUsageEntity, { lastUsedAt: { $lt: since() } });
    const over = (await em.count(OperationUsageEntity)) - keptAtMost;
    if (over <= 0) return;
    const oldest = await em.find(OperationUsageEntity, {}, { fields: ['hash'], orderBy: { lastUsedAt: 'asc', hash: 'asc' }, limit: over });
    await em.nativeDelete(OperationUsageEntity, { hash: { $in: oldest.map(({ hash }) => hash) } });
  };

  return {
    /** Rejects where none of it could be kept, to be told again. */
    async record(usages: readonly ReportedUsage[]): Promise<void> {
      const byTenant = Map.groupBy(usages, ({ tenantId }) => tenantId);
      const failures: unknown[] = [];
      for (const [tenantId, own] of byTenant) {
        await database
          .tenant(tenantId, async (em) => {
            await put(em, own);
            await em.flush();
            await forget(em);
          })
          .catch((error: unknown) => {
            // A tenant that is gone needs no record.
            if (isDomainError(error) && error.code === 'TENANT_NOT_FOUND') return;
            log.warn({ error, tenantId }, 'usage could not be kept');
            failures.push(error);
          });
      }
      if (failures.length && failures.length === byTenant.size) throw failures[0];
    },
    /** What the tenant used within 30 days, most used first. */
    recent: (tenantId: string): Promise<OperationUsageRow[]> =>
      database.tenant(tenantId, (em) =>
        em.find(OperationUsageEntity, { lastUsedAt: { $gte: since() } }, { orderBy: { calls: 'desc', hash: 'asc' } }),
      ),
    /** The same, page by page; with an element only what uses it. */
    page: (tenantId: string, keyset: { readonly first: number; readonly after?: string }, element?: string) =>
      database.tenant(tenantId, (em) =>
        em.findByCursor(OperationUsageEntity, {
          where: { lastUsedAt: { $gte: since() }, ...(element && { elements: { $contains: [element] } }) },
          orderBy: { calls: 'desc', hash: 'asc' },
          ...keyset,
        }),
      ),
  };
};

export type OperationUsages = ReturnType<typeof createOperationUsages>;
