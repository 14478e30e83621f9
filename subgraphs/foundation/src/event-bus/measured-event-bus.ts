import { Gauge, type Registry } from 'prom-client';
import type { EventStore } from '../database/event-store.ts';
import type { EventBus } from './event-bus.ts';

/** Counts, whenever the metrics are read, what each group that consumes here has yet to see. */
export const measuredEventBus = (
  bus: EventBus,
  { store, metrics, groups }: { readonly store: EventStore; readonly metrics: Registry; readonly groups: readonly string[] },
): EventBus => {
  const known = new Set(groups);
  new Gauge({
    name: 'plexica_events_unseen',
    help: 'Events that were recorded and that a group has yet to see',
    labelNames: ['group'],
    registers: [metrics],
    async collect() {
      // Without the database the last figures stay.
      await Promise.all([...known].map(async (group) => this.set({ group }, await store.lag(group)))).catch(() => {});
    },
  });
  return {
    ...bus,
    consume(group, handler) {
      known.add(group);
      return bus.consume(group, handler);
    },
  };
};
