import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { CommitListener } from '../database/commit-listener.ts';
import type { EventStore } from '../database/event-store.ts';
import type { Consumer, EventHandler } from './event-bus.ts';

export interface OutboxDeps {
  readonly store: EventStore;
  readonly commits: CommitListener;
  readonly log: Logger;
}

export interface OutboxConsumerOptions {
  readonly group: string;
  readonly handler: EventHandler;
  readonly tenantsAtOnce: number;
  /** Only tenants whose events were left to the outbox. */
  readonly catchingUp?: boolean;
  readonly longestPauseMs?: number;
}

const pollMs = 500;
const eventsAtOnce = 50;
/** Another process is at this tenant's events. */
const elsewhereMs = 100;

/** Takes events straight from the outbox; the group's place per tenant is kept in the database, so nothing is lost by a kill. */
export const consumeOutbox = ({ store, commits, log }: OutboxDeps, options: OutboxConsumerOptions): Consumer => {
  const { group, handler, tenantsAtOnce, catchingUp, longestPauseMs } = options;
  const ending = new AbortController();
  const goOn = () => !ending.signal.aborted;
  // Tenants that are served now: a slow one holds up nobody but itself.
  const served = new Map<string, Promise<void>>();
  let bell = Promise.withResolvers<void>();
  const wake = () => bell.resolve();

  const serve = async (tenantId: string): Promise<void> => {
    try {
      const mine = await store.deliver({ group, tenantId, handler, limit: eventsAtOnce, goOn, longestPauseMs });
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
        const waiting = await store.waitingTenants(group, { except: [...served.keys()], limit, catchingUp }).catch((error) => {
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
    },
  };
};
