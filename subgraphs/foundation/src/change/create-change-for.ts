import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError, enforce, type SubgraphCall } from '@plexica/plugin-kit';
import { type Database, platformTenant } from '../database/database.ts';
import { AuditEntry, PlatformAuditEntry } from '../database/foundation.entities.ts';
import { type OutboxEntry, recordOutbox } from '../database/record-outbox.ts';
import { recordTenantAudit } from '../database/record-tenant-audit.ts';
import type { AuditDetail, Change, ChangeFor, FilterChain, UseCase, Work } from './change.ts';

interface ChangeDeps {
  readonly database: Database;
  readonly newId: () => string;
  readonly clock: () => Date;
  /** The filters of active plugins; undefined until the plugins subgraph is there. */
  readonly filters: () => FilterChain | undefined;
  /** After a commit that asked for operations. */
  readonly admit: (requested: readonly string[]) => Promise<void>;
}

/** Guard, filter, transaction, audit row, event: every change of state goes through here. */
export const createChangeFor =
  (deps: ChangeDeps): ChangeFor =>
  (call) =>
    (async (useCase, input, run) => {
      guard(useCase, call);
      const filtered = await filter(useCase, input, call, deps.filters());
      const tenantId = useCase.tenantId ?? call.claims.tenant?.id ?? platformTenant.id;
      const recorded = recorder(deps, tenantId);
      const shared = useCase.scope === 'platform';
      const transaction = async (em: EntityManager) => {
        const result = await run(filtered, { ...recorded.work, em });
        await em.flush();
        const row = auditRow(deps, useCase, call, recorded.audit());
        const byTenant = shared && call.claims.user && call.claims.tenant;
        if (!byTenant) em.create(shared ? PlatformAuditEntry : AuditEntry, row);
        await em.flush();
        await recordOutbox(em, recorded.entries);
        if (byTenant) await recordTenantAudit(em, byTenant.id, row);
        return result;
      };
      const result = await (shared ? deps.database.platform(transaction) : deps.database.tenant(tenantId, transaction));
      await deps.admit(recorded.operations);
      return result;
    }) as Change;

const guard = ({ guard: needed }: Pick<UseCase<unknown>, 'guard'>, { claims }: SubgraphCall): void => {
  if (needed?.permission) enforce({ kind: 'permission', permission: needed.permission }, claims);
  if (needed?.role) enforce({ kind: 'role', role: needed.role }, claims);
};

// No network call inside a transaction: filters run before it opens, the rules are checked again inside.
const filter = async <Input>(useCase: UseCase<Input>, input: Input, call: SubgraphCall, chain: FilterChain | undefined): Promise<Input> => {
  if (!useCase.filter || !chain) return input;
  const payload = await chain.run(useCase.filter.name, await useCase.filter.payload(input), call);
  return useCase.filter.apply?.(input, payload) ?? input;
};

const recorder = ({ newId }: ChangeDeps, tenantId: string) => {
  let detail: AuditDetail = {};
  const operations: string[] = [];
  const entries: OutboxEntry[] = [];
  const add = (kind: OutboxEntry['kind'], name: string, data: object, tenant: string): string => {
    const id = newId();
    entries.push({ id, tenantId: tenant, kind, name, data: { ...data } });
    return id;
  };
  const work: Omit<Work, 'em'> = {
    events: { record: (name, data, options) => void add('event', name, data, options?.tenantId ?? tenantId) },
    operations: {
      request(kind, input, options) {
        if (typeof input !== 'object' || input === null)
          throw new DomainError('INTERNAL_SERVER_ERROR', { message: 'The input of an operation is an object.' });
        const id = add('operation', kind, input, options?.tenantId ?? tenantId);
        operations.push(id);
        return id;
      },
    },
    audit: (entry) => {
      detail = { ...detail, ...entry };
    },
  };
  return { work, entries, operations, audit: () => detail };
};

const auditRow = (
  { newId, clock }: ChangeDeps,
  { action }: Pick<UseCase<unknown>, 'action'>,
  { claims, requestId }: SubgraphCall,
  detail: AuditDetail,
) => ({
  id: newId(),
  at: clock(),
  actorId: claims.user?.id ?? null,
  actorEmail: claims.user?.email ?? null,
  action,
  targetType: detail.target?.type ?? null,
  targetId: detail.target?.id ?? null,
  before: detail.before ?? null,
  after: detail.after ?? null,
  requestId,
});
