import { LockMode } from '@mikro-orm/postgresql';
import type { PlexicaEvent } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import type { HookCaller } from './hook-caller.ts';
import { HookDeliveryEntity } from './hook-delivery.entity.ts';
import type { Subscriptions } from './subscriptions.ts';

type DispatcherDeps = Pick<PluginsDeps, 'database' | 'events' | 'clock' | 'newId' | 'log'> & {
  readonly subscriptions: Subscriptions;
  readonly call: HookCaller;
};

const attemptsAtMost = 10;
const atOnce = 8;
const idleMs = 500;
/** A delivery is taken for this long; a process that died in the middle gives it back by then. */
const leaseMs = 35_000;

/** Backoff: half a second, doubled each time, five minutes at most. */
const pauseMs = (attempts: number): number => Math.min(500 * 2 ** (attempts - 1), 300_000);

/** Actions: each event becomes a delivery per subscriber, tried until it is answered, or dead after the last attempt. */
export const startHookDispatcher = async ({
  database,
  events,
  clock,
  newId,
  log,
  subscriptions,
  call,
}: DispatcherDeps): Promise<() => Promise<void>> => {
  let stopping = false;
  let wake = () => {};

  const consumer = await events.consume('hooks', async (event: PlexicaEvent) => {
    const tenant = { id: event.tenantid, slug: event.tenant };
    if (!tenant.slug) return;
    const hook = event.type.replace(/^plexica\./, '');
    const interested = await subscriptions(tenant, 'action', hook).catch((error: { code?: string }) => {
      // The tenant was deleted meanwhile: nobody is left to tell.
      if (error.code === 'TENANT_NOT_FOUND') return [];
      throw error;
    });
    if (!interested.length) return;
    await database.platform(async (em) => {
      for (const { pluginId } of interested) {
        // The same event comes again after a kill; its delivery is made once.
        if (await em.count(HookDeliveryEntity, { pluginId, tenantId: tenant.id, event: { id: event.id } })) continue;
        em.create(HookDeliveryEntity, {
          id: newId(),
          tenantId: tenant.id,
          tenantSlug: tenant.slug,
          pluginId,
          hook,
          event,
          status: 'PENDING',
          attempts: 0,
          nextAttemptAt: clock(),
          lastError: null,
          createdAt: clock(),
          finishedAt: null,
        });
      }
    });
    wake();
  });

  const take = () =>
    database.platform(async (em) => {
      const due = await em.find(
        HookDeliveryEntity,
        { status: 'PENDING', nextAttemptAt: { $lte: clock() } },
        { orderBy: { nextAttemptAt: 'asc', id: 'asc' }, limit: atOnce, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE },
      );
      for (const delivery of due) {
        delivery.attempts += 1;
        delivery.nextAttemptAt = new Date(clock().getTime() + leaseMs);
      }
      return due.map((delivery) => ({ ...delivery }));
    });

  const deliver = async (delivery: Awaited<ReturnType<typeof take>>[number]): Promise<void> => {
    const outcome = await attempt(delivery).then(
      () => ({ status: 'DELIVERED' as const, lastError: null }),
      (error: unknown) => {
        const dead = delivery.attempts >= attemptsAtMost;
        log.warn(
          {
            plugin: delivery.pluginId,
            tenant: delivery.tenantSlug,
            hook: delivery.hook,
            delivery: delivery.id,
            attempts: delivery.attempts,
            error,
          },
          dead ? 'a hook delivery is dead' : 'a hook delivery failed',
        );
        return {
          status: dead ? ('DEAD' as const) : ('PENDING' as const),
          lastError: error instanceof Error ? error.message : String(error),
        };
      },
    );
    const now = clock();
    const ended = outcome.status !== 'PENDING';
    await database.platform((em) =>
      em.nativeUpdate(
        HookDeliveryEntity,
        { id: delivery.id },
        { ...outcome, finishedAt: ended ? now : null, nextAttemptAt: new Date(now.getTime() + pauseMs(delivery.attempts)) },
      ),
    );
  };

  const attempt = async (delivery: Awaited<ReturnType<typeof take>>[number]): Promise<void> => {
    const tenant = { id: delivery.tenantId, slug: delivery.tenantSlug };
    const subscriber = (await subscriptions(tenant, 'action', delivery.hook)).find(({ pluginId }) => pluginId === delivery.pluginId);
    // Deactivated since: an action of a plugin that is off does not run.
    if (!subscriber) return;
    if (!subscriber.serviceUrl) throw new Error('No service is registered for the version.');
    const { pluginId, serviceUrl, hook, claims } = subscriber;
    await call({ pluginId, serviceUrl, timeoutMs: hook.timeoutMs, claims }, delivery.id, JSON.stringify(delivery.event));
  };

  const loop = async () => {
    while (!stopping) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const due = await take().catch((error) => {
        log.warn({ error }, 'hook deliveries could not be read');
        return [];
      });
      await Promise.all(
        due.map((delivery) => deliver(delivery).catch((error) => log.error({ error }, 'a hook delivery could not be noted'))),
      );
      if (!due.length && !stopping) await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, idleMs))]);
    }
  };
  const running = loop();
  return async () => {
    stopping = true;
    wake();
    await consumer.stop();
    await running;
  };
};
