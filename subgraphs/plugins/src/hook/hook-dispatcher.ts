import type { PlexicaEvent } from '@plexica/schema';
import type { PluginsDeps } from '../deps.ts';
import { createDeliveryQueue, type Delivery } from './delivery-queue.ts';
import type { HookCaller } from './hook-caller.ts';
import type { Subscriptions } from './subscriptions.ts';

/** How often a delivery is tried, and how long it waits before the next time. */
export interface DeliveryPolicy {
  readonly attemptsAtMost: number;
  readonly pauseMs: (attempts: number) => number;
}

/** Ten attempts: half a second's pause, doubled each time. The last is about four minutes after the first. */
export const patientDelivery: DeliveryPolicy = { attemptsAtMost: 10, pauseMs: (attempts) => 500 * 2 ** (attempts - 1) };

type DispatcherDeps = Pick<PluginsDeps, 'database' | 'events' | 'clock' | 'newId' | 'log'> & {
  readonly subscriptions: Subscriptions;
  readonly call: HookCaller;
  readonly policy?: DeliveryPolicy;
};

const atOnce = 16;
/** Of one installation, so that a slow plugin holds up nobody but itself. */
const atOncePerTarget = 2;
const idleMs = 500;
const sweepMs = 3_600_000;
const graceMs = 2_000;

/** Actions: each event becomes a delivery per subscriber, tried until it is answered, or dead after the last attempt. */
export const startHookDispatcher = async (deps: DispatcherDeps): Promise<() => Promise<void>> => {
  const { events, log, subscriptions, call, policy = patientDelivery } = deps;
  const queue = createDeliveryQueue(deps);
  const underWay = new Map<Delivery, Promise<void>>();
  const ending = new AbortController();
  let stopping = false;
  let wake = () => {};

  const consumer = await events.consume('hooks', async (event: PlexicaEvent) => {
    const hook = event.type.replace(/^plexica\./, '');
    const interested = await subscriptions({ id: event.tenantid, slug: event.tenant }, 'action', hook).catch((error: { code?: string }) => {
      // The tenant was deleted meanwhile: nobody is left to tell.
      if (error.code === 'TENANT_NOT_FOUND') return [];
      throw error;
    });
    if (!interested.length) return;
    const pluginIds = [...new Set(interested.map(({ pluginId }) => pluginId))];
    await queue.add(event, hook, pluginIds);
    wake();
  });

  const attempt = async (delivery: Delivery): Promise<'DELIVERED' | 'SKIPPED'> => {
    const tenant = { id: delivery.tenantId, slug: delivery.tenantSlug };
    const subscriber = (await subscriptions(tenant, 'action', delivery.hook)).find(({ pluginId }) => pluginId === delivery.pluginId);
    // Deactivated since: an action of a plugin that is off does not run.
    if (!subscriber) return 'SKIPPED';
    if (!subscriber.serviceUrl) throw new Error('No service is registered for the version.');
    const { pluginId, serviceUrl, hook, claims } = subscriber;
    const target = { pluginId, serviceUrl, timeoutMs: hook.timeoutMs, claims, signal: ending.signal };
    await call(target, delivery.id, JSON.stringify(delivery.event));
    return 'DELIVERED';
  };

  const deliver = async (delivery: Delivery): Promise<void> => {
    try {
      await queue.end(delivery, await attempt(delivery));
    } catch (error) {
      if ((error as { code?: string }).code === 'TENANT_NOT_FOUND') return queue.end(delivery, 'SKIPPED');
      const { pluginId: plugin, tenantSlug: tenant, hook, id, attempts } = delivery;
      const reason = error instanceof Error ? error.message : String(error);
      const dead = attempts >= policy.attemptsAtMost && !ending.signal.aborted;
      log.warn({ plugin, tenant, hook, delivery: id, attempts, error }, dead ? 'a hook delivery is dead' : 'a hook delivery failed');
      await (dead ? queue.end(delivery, 'DEAD', reason) : queue.again(delivery, policy.pauseMs(attempts), reason));
    }
  };

  const begin = (delivery: Delivery): void => {
    const work = deliver(delivery)
      .catch((error) => log.error({ error, delivery: delivery.id }, 'a hook delivery could not be noted'))
      .finally(() => {
        underWay.delete(delivery);
        wake();
      });
    underWay.set(delivery, work);
  };

  const loop = async () => {
    let swept = 0;
    while (!stopping) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const next = await takeNext();
      if (next) {
        begin(next);
        continue;
      }
      if (Date.now() - swept > sweepMs) {
        swept = Date.now();
        await queue.forgetOld().catch((error) => log.warn({ error }, 'old hook deliveries stay'));
      }
      if (!stopping) await Promise.race([woken, pause(idleMs)]);
    }
  };
  const takeNext = async (): Promise<Delivery | undefined> => {
    if (underWay.size >= atOnce) return undefined;
    try {
      return await queue.take(busyTargets([...underWay.keys()]));
    } catch (error) {
      log.warn({ error }, 'hook deliveries could not be read');
      return undefined;
    }
  };

  const running = loop();
  return async () => {
    stopping = true;
    wake();
    await consumer.stop();
    await running;
    const late = setTimeout(() => ending.abort(), graceMs);
    await Promise.all(underWay.values());
    clearTimeout(late);
  };
};

const busyTargets = (deliveries: readonly Delivery[]) => {
  const sameTarget = (one: Delivery) => deliveries.filter((other) => other.tenantId === one.tenantId && other.pluginId === one.pluginId);
  return deliveries
    .filter((delivery) => sameTarget(delivery).length >= atOncePerTarget)
    .map(({ tenantId, pluginId }) => ({ tenantId, pluginId }));
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
