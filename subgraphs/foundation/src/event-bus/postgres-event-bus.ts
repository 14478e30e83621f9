import type { Consumer, EventBus } from './event-bus.ts';
import { consumeOutbox, type OutboxDeps } from './outbox-consumer.ts';

const tenantsAtOnce = 4;

/** The outbox itself as an event bus. */
export const createPostgresEventBus = (deps: OutboxDeps): EventBus => {
  const consumers = new Set<Consumer>();
  return {
    async consume(group, handler) {
      const running = consumeOutbox(deps, { group, handler, tenantsAtOnce });
      const consumer: Consumer = {
        async stop() {
          await running.stop();
          consumers.delete(consumer);
        },
      };
      consumers.add(consumer);
      return consumer;
    },
    erase: (tenantId) => deps.store.erase(tenantId),
    async stop() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
    },
  };
};
