import type pg from 'pg';
import type { Registry } from 'prom-client';
import { createEventKeyStore } from '../database/event-key-store.ts';
import { relayGroup } from '../database/event-store.ts';
import type { Vault } from '../keys/signing-keys.ts';
import type { EventBus } from './event-bus.ts';
import { measuredEventBus } from './measured-event-bus.ts';
import type { OutboxDeps } from './outbox-consumer.ts';
import { createPostgresEventBus } from './postgres-event-bus.ts';

export interface EventBusDeps extends OutboxDeps {
  /** `EVENTS_URL`; its scheme chooses. */
  readonly url: string;
  readonly installation: string;
  readonly pool: pg.Pool;
  readonly vault: Vault;
  readonly newId: () => string;
  readonly metrics: Registry;
}

export const openEventBus = async ({ pool, ...deps }: EventBusDeps): Promise<EventBus> => {
  const { url, store, metrics } = deps;
  if (!url.startsWith('kafka:')) return measuredEventBus(createPostgresEventBus(deps), { store, metrics, groups: [] });
  const { createKafkaEventBus } = await import('./kafka/kafka-event-bus.ts');
  return measuredEventBus(createKafkaEventBus({ ...deps, keys: createEventKeyStore(pool) }), { store, metrics, groups: [relayGroup] });
};
