import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { DomainError, type SubgraphCall } from '@plexica/plugin-kit';
import type { PluginsDeps } from '../deps.ts';
import { tenantOf } from '../installation/tenant-of.ts';
import type { HookDelivery } from './delivery.types.ts';
import { HookDeliveryEntity } from './hook-delivery.entity.ts';

/** What a tenant's admins do with deliveries that failed for good. */
export const createDeadLetters = ({ changeFor, clock }: Pick<PluginsDeps, 'changeFor' | 'clock'>) => {
  const onDead = (
    call: SubgraphCall,
    action: string,
    id: string,
    run: (em: EntityManager, row: HookDelivery) => void,
  ): Promise<HookDelivery> => {
    const { id: tenantId } = tenantOf(call);
    const useCase = { action, scope: 'platform', guard: { permission: 'plugins.manage' } } as const;
    return changeFor(call)(useCase, id, async (deliveryId, { em, audit }) => {
      const row = isId(deliveryId)
        ? await em.findOne(HookDeliveryEntity, { id: deliveryId, tenantId, status: 'DEAD' }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        : null;
      if (!row) throw new DomainError('DELIVERY_NOT_FOUND', { path: ['input', 'id'] });
      audit({ target: { type: 'delivery', id: deliveryId }, before: { plugin: row.pluginId, hook: row.hook, attempts: row.attempts } });
      run(em, row);
      return { ...row };
    });
  };
  return {
    /** Exactly that delivery once more, with all its attempts ahead of it. */
    replay: (call: SubgraphCall, id: string): Promise<HookDelivery> =>
      onDead(call, 'delivery.replay', id, (_, row) => {
        Object.assign(row, { status: 'PENDING', attempts: 0, nextAttemptAt: clock(), finishedAt: null });
      }),
    dismiss: (call: SubgraphCall, id: string): Promise<HookDelivery> =>
      onDead(call, 'delivery.dismiss', id, (em, row) => void em.remove(row)),
  };
};

export type DeadLetters = ReturnType<typeof createDeadLetters>;

const isId = (text: string): boolean => /^[0-9a-f-]{36}$/i.test(text);
