import type { Logger } from 'pino';
import type { OutboxStore } from '../database/outbox-store.ts';
import type { Consumer, EventBus } from './event-bus.ts';

const pollMs = 500;
const eventsAtOnce = 100;
const tenantsAtOnce = 4;

/** The outbox itself as an event bus: each group keeps its place per tenant in the database, so nothing is lost by a kill. */
export const createPostgresEventBus = ({ store, log }: { readonly store: OutboxStore; readonly log: Logger }): EventBus => {
  const consumers = new Set<Consumer>();
  return {
    async consume(group, handler) {
      let stopping = false;
      let wake = () => {};
      const round = async (): Promise<boolean> => {
        const tenants = [...(await store.waitingTenants(group))];
        const found = tenants.length > 0;
        const worker = async () => {
          for (let tenant = tenants.shift(); tenant && !stopping; tenant = tenants.shift()) {
            await store.deliver(group, tenant, stopping ? async () => {} : handler, eventsAtOnce);
          }
        };
        await Promise.all(Array.from({ length: tenantsAtOnce }, worker));
        return found;
      };
      const loop = async () => {
        while (!stopping) {
          let woken = false;
          const waiting = new Promise<void>((resolve) => {
            wake = () => {
              woken = true;
              resolve();
            };
          });
          const worked = await round().catch((error) => {
            log.warn({ error, group }, 'the outbox could not be read');
            return false;
          });
          if (!worked && !woken && !stopping) await Promise.race([waiting, pause(pollMs)]);
        }
      };
      const unlisten = await store.onCommit(() => wake());
      const running = loop();
      const consumer: Consumer = {
        async stop() {
          stopping = true;
          wake();
          await running;
          await unlisten();
          consumers.delete(consumer);
        },
      };
      consumers.add(consumer);
      return consumer;
    },
    async stop() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },
  };
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
