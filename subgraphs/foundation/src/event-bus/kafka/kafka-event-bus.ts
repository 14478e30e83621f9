import { Gauge, type Registry } from 'prom-client';
import type { EventKeyStore } from '../../database/event-key-store.ts';
import type { Vault } from '../../keys/signing-keys.ts';
import type { Consumer, EventBus } from '../event-bus.ts';
import type { OutboxDeps } from '../outbox-consumer.ts';
import { connectKafka } from './connection.ts';
import { createEventCipher } from './event-cipher.ts';
import { startKafkaConsumer } from './kafka-consumer.ts';
import { createKafkaPing } from './kafka-ping.ts';
import { measureLag } from './lag.ts';
import { startRelay } from './relay.ts';
import { eventTopic } from './topic.ts';

export interface KafkaEventBusDeps extends OutboxDeps {
  /** `kafka://host:port[,host:port]`. */
  readonly url: string;
  readonly installation: string;
  readonly keys: EventKeyStore;
  readonly vault: Vault;
  readonly newId: () => string;
  readonly metrics: Registry;
  readonly patienceMs?: number;
  readonly overdueMs?: number;
}

const lagEveryMs = 10_000;

/** Events go from the outbox to one Kafka topic, and from there to each group. Starts without Kafka as well; events then wait in the outbox. */
export const createKafkaEventBus = (deps: KafkaEventBusDeps): EventBus => {
  const { url, installation, store, log, metrics, patienceMs = 2_000, overdueMs = 600_000 } = deps;
  const kafka = connectKafka(url, `plexica-${installation}`, log);
  const topic = eventTopic(installation);
  const cipher = createEventCipher(deps);
  const groupId = (group: string) => `${installation}.${group}`;
  const relay = startRelay({ ...deps, kafka, topic, cipher });
  const consumers = new Set<Consumer>();
  const groups = new Set<string>();

  const gauge = new Gauge({
    name: 'plexica_kafka_consumer_lag',
    help: 'Messages of a partition that a group has yet to commit',
    labelNames: ['group', 'partition'],
    registers: [metrics],
  });
  const measure = async () => {
    const lags = await measureLag(kafka, topic, [...groups].map(groupId));
    for (const group of groups)
      for (const [partition, lag] of lags.get(groupId(group)) ?? []) gauge.set({ group, partition: String(partition) }, lag);
  };
  const measuring = setInterval(() => void measure().catch((error) => log.debug({ error }, 'the lag is unknown')), lagEveryMs).unref();

  return {
    async consume(group, handler) {
      const running = startKafkaConsumer({ ...deps, kafka, topic, cipher, groupId, patienceMs, overdueMs }, group, handler);
      const consumer: Consumer = {
        async stop() {
          await running.stop();
          consumers.delete(consumer);
        },
      };
      consumers.add(consumer);
      groups.add(group);
      return consumer;
    },
    ping: createKafkaPing(kafka),
    erase: (tenantId) => store.erase(tenantId),
    async stop() {
      clearInterval(measuring);
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await relay.stop();
    },
  };
};
