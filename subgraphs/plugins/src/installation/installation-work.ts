import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { OperationKind, OperationRecord, Work } from '@plexica/foundation';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import { isErrorCode } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { InstallationEntity, type InstallationStatus, type PluginInstallation } from './installation.entity.ts';
import { tenantOf } from './tenant-of.ts';

/** What a mutation answers while work goes on, or when it is done. */
export interface Started {
  readonly installation: PluginInstallation | null;
  /** Null when all is done already. */
  readonly operation: { readonly id: string } | null;
}

interface Beginning {
  readonly action: string;
  readonly pluginId: string;
  readonly kind: OperationKind;
  /** Where it may start from; INSTALLATION_NOT_READY elsewhere. */
  readonly from: readonly InstallationStatus[];
  /** Where there is nothing to do. */
  readonly already: readonly InstallationStatus[];
  /** A last look before it begins. */
  readonly check?: (em: EntityManager) => Promise<void>;
}

const patienceMs = 20_000;

/** One piece of work at a time for each installation: who asks for the same joins it, who asks for another waits. */
export const createInstallationWork = ({ changeFor, operations, database }: PluginsDeps) => {
  const isUnderWay = async ({ operationId }: PluginInstallation): Promise<boolean> =>
    Boolean(operationId) && !hasEnded(await operations.get(operationId ?? ''));

  const request = (within: Work, row: PluginInstallation, kind: OperationKind): string => {
    row.operationId = within.operations.request(kind, { pluginId: row.pluginId, version: row.pluginVersion });
    row.operationKind = kind;
    return row.operationId;
  };

  return {
    request,

    /** The operation to wait for; undefined when nothing has to be done. */
    begin(call: SubgraphCall, { action, pluginId, kind, from, already, check }: Beginning): Promise<string | undefined> {
      const useCase = { action, guard: { permission: 'plugins.manage' } };
      return changeFor(call)(useCase, {}, async (_, within) => {
        const row = await within.em.findOne(InstallationEntity, { pluginId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!row) throw new DomainError('INSTALLATION_NOT_FOUND', { path: ['input', 'pluginId'] });
        within.audit({ target: { type: 'plugin', id: pluginId } });
        if (await isUnderWay(row)) {
          if (row.operationKind === kind) return row.operationId ?? undefined;
          throw new DomainError('INSTALLATION_NOT_READY', { path: ['input', 'pluginId'] });
        }
        if (already.includes(row.status)) return undefined;
        if (!from.includes(row.status)) throw new DomainError('INSTALLATION_NOT_READY', { path: ['input', 'pluginId'] });
        await check?.(within.em);
        return request(within, row, kind);
      });
    },

    /** Answers when the operation has ended, or with it when it takes longer than anybody waits for an answer. */
    async finished(call: SubgraphCall, pluginId: string, operationId: string | undefined): Promise<Started> {
      const ended = operationId ? await settledInTime(operations, operationId) : undefined;
      if (ended?.status === 'COMPENSATED' || ended?.status === 'FAILED') throw asFailed(ended);
      const installation = await database.tenant(tenantOf(call).id, (em) => em.findOne(InstallationEntity, { pluginId }));
      return { installation, operation: operationId && !ended ? { id: operationId } : null };
    },
  };
};

const settledInTime = async (operations: PluginsDeps['operations'], id: string): Promise<OperationRecord | undefined> => {
  try {
    return await operations.finish(id, { timeoutMs: patienceMs });
  } catch {
    const found = await operations.get(id);
    return hasEnded(found) ? found : undefined;
  }
};

const hasEnded = (operation: OperationRecord | undefined): boolean =>
  operation !== undefined && ['SUCCEEDED', 'COMPENSATED', 'FAILED'].includes(operation.status);

/** An operation keeps its reason as `CODE: words`. */
const asFailed = ({ error }: OperationRecord): DomainError => {
  const [, code = '', message = ''] = /^([A-Z_]+): ([\s\S]*)$/.exec(error ?? '') ?? [];
  if (isErrorCode(code)) return new DomainError(code, { message });
  return new DomainError('INSTALLATION_FAILED', { message: error ?? 'The work failed and was undone.' });
};
