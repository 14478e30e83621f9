import { setTimeout as pause } from 'node:timers/promises';
import type { PlexicaEvent } from '@plexica/schema';
import type { Logger } from 'pino';
import type { CommitListener } from '../database/commit-listener.ts';
import type { EventStore } from '../database/event-store.ts';
import type { Consumer, EventBus } from './event-bus.ts';

export interface EventBusDeps {
  readonly store: EventStore;
  readonly commits: CommitListener;
  readonly log: Logger;
}

const pollMs = 500;
const eventsAtOnce = 50;
const tenantsAtOnce = 4;
/** Another process is at this tenant's events. */
const elsewhereMs = 100;

/** The outbox itself as an event bus: each group keeps its place per tenant in the database, so nothing is lost by a kill. */
export const createPostgresEventBus = (deps: EventBusDeps): EventBus => {
  const consumers = new Set<Consumer>();
  return {
    async consume(group, handler) {
      const consumer = startConsumer(deps, group, handler, () => consumers.delete(consumer));
      consumers.add(consumer);
      return consumer;
    },
    async stop() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },
  };
};

const startConsumer = (
  { store, commits, log }: EventBusDeps,
  group: string,
  handler: (event: PlexicaEvent) => Promise<void>,
  stopped: () => void,
): Consumer => {
  const ending = new AbortController();
  const goOn = () => !ending.signal.aborted;
  // Tenants that are served now: a slow one holds up nobody but itself.
  const served = new Map<string, Promise<void>>();
  let bell = Promise.withResolvers<void>();
  const wake = () => bell.resolve();

  const serve = async (tenantId: string): Promise<void> => {
    try {
      const mine = await store.deliver({ group, tenantId, handler, limit: eventsAtOnce, goOn });
      if (!mine) await pause(elsewhereMs, undefined, ending).catch(() => {});
    } catch (error) {
      log.warn({ error, group, tenant: tenantId }, 'events could not be delivered');
      await pause(pollMs, undefined, ending).catch(() => {});
    } finally {
      served.delete(tenantId);
      wake();
    }
  };

  const loop = async () => {
    while (goOn()) {
      bell = Promise.withResolvers();
      const limit = tenantsAtOnce - served.size;
      if (limit > 0) {
        const waiting = await store.waitingTenants(group, { except: [...served.keys()], limit }).catch((error) => {
          log.warn({ error, group }, 'the outbox could not be read');
          return [];
        });
        if (goOn()) for (const tenantId of waiting) served.set(tenantId, serve(tenantId));
      }
      const resting = new AbortController();
      await Promise.race([bell.promise, pause(pollMs, undefined, resting).catch(() => {})]);
      resting.abort();
    }
    await Promise.all(served.values());
  };

  const silence = commits.onCommit(wake);
  const running = loop();
  return {
    async stop() {
      ending.abort();
      wake();
      silence();
      await running;
      stopped();
    },
  };
};
